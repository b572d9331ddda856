using FootballPrediction.League;

namespace FootballPrediction.Models;

/// <summary>The models of one league, fitted to the same matches at the same time.</summary>
internal sealed record FittedLeague(string League, int Matches, DateTimeOffset? LastPlayed, DateTimeOffset FittedAt, IReadOnlyList<IMatchModel> Models)
{
    public IMatchModel? Find(string model) => Models.FirstOrDefault(fitted => fitted.Name == model);
}

/// <summary>Teams and models as they are now. Immutable; a new fit puts up a new one.</summary>
internal sealed record ModelSnapshot(TeamDirectory Teams, IReadOnlyDictionary<string, FittedLeague> Leagues)
{
    public static readonly ModelSnapshot Empty = new(TeamDirectory.Empty, new Dictionary<string, FittedLeague>());
}

/// <summary>Where requests find the current models. Requests read while the season loop replaces the whole.</summary>
internal sealed class ModelShelf
{
    private volatile ModelSnapshot _current = ModelSnapshot.Empty;

    public ModelSnapshot Current => _current;

    public void Replace(ModelSnapshot snapshot) => _current = snapshot;
}
