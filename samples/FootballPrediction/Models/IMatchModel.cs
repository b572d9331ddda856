using FootballPrediction.League;

namespace FootballPrediction.Models;

/// <summary>A fitted model of one league. Immutable: a new fit is a new model.</summary>
internal interface IMatchModel
{
    /// <summary>The name in the API and in the label model_type.</summary>
    string Name { get; }

    /// <summary>What was estimated for the league as a whole, by name.</summary>
    IReadOnlyDictionary<string, double> Parameters { get; }

    /// <summary>Null when the model has seen no match of one of the teams.</summary>
    ScoreDistribution? Predict(string home, string away);

    /// <summary>What was estimated for one team, by name; empty when the model has not seen it.</summary>
    IReadOnlyDictionary<string, double> Describe(string team);
}

/// <summary>One kind of model: how it is called, where it comes from and how it is fitted.</summary>
/// <param name="Fit">Takes one league's played matches in order of kick-off.</param>
internal sealed record ModelKind(string Name, string Description, string Citation, Func<IReadOnlyList<Match>, IMatchModel> Fit)
{
    public static readonly IReadOnlyList<ModelKind> All =
    [
        new(
            EloModel.ModelName,
            "Elo ratings, weighted by the goal difference; expected goals by Poisson regression on the rating difference.",
            "A. E. Elo, The Rating of Chessplayers, Past and Present, 1978; L. M. Hvattum and H. Arntzen, Using ELO ratings for "
                + "match result prediction in association football, International Journal of Forecasting 26(3), 2010.",
            EloModel.Fit),
        new(
            DixonColesModel.ModelName,
            "Attack and defence of every team by maximum likelihood, low scores corrected, older matches weighing less.",
            "M. J. Dixon and S. G. Coles, Modelling Association Football Scores and Inefficiencies in the Football Betting Market, "
                + "Applied Statistics 46(2), 1997.",
            DixonColesModel.Fit),
    ];

    public static ModelKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);
}
