using FootballPrediction.Faults;
using FootballPrediction.League;
using FootballPrediction.Metrics;
using FootballPrediction.Models;
using FootballPrediction.Simulation;
using FootballPrediction.Storage;

namespace FootballPrediction.Api;

/// <summary>What a user asks. Everything may be missing: it is checked, not trusted.</summary>
internal sealed record PredictionRequest(string? Home, string? Away, string? Model);

internal sealed record ProbabilitiesAnswer(double Home, double Draw, double Away);

internal sealed record GoalsAnswer(double Home, double Away);

/// <param name="Outcome">home, draw or away.</param>
/// <param name="PredictedOutcome">Whether that outcome was the likeliest of the prediction.</param>
internal sealed record ResultAnswer(int HomeGoals, int AwayGoals, string Outcome, bool PredictedOutcome);

/// <param name="ScoreDistribution">The probability of each score: the row is the home goals, the column the away goals, from 0.</param>
/// <param name="MatchId">Null when the two are not about to play each other.</param>
/// <param name="Result">Null until the match has been played.</param>
internal sealed record PredictionAnswer(
    string Id,
    DateTimeOffset CreatedAt,
    string Model,
    string League,
    string Home,
    string Away,
    string? MatchId,
    DateTimeOffset? KickOff,
    ProbabilitiesAnswer Probabilities,
    GoalsAnswer ExpectedGoals,
    string MostLikelyScore,
    double[][] ScoreDistribution,
    ResultAnswer? Result);

internal static class PredictionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/predictions", CreateAsync);
        routes.MapGet("/predictions/{id}", FindAsync);
    }

    private static async Task<IResult> CreateAsync(
        PredictionRequest request,
        ModelShelf shelf,
        MatchTable matches,
        PredictionTable predictions,
        LeagueClock clock,
        ServiceMetrics metrics,
        FaultBoard faults,
        CancellationToken cancellationToken)
    {
        string modelName = request.Model ?? DixonColesModel.ModelName;
        string modelLabel = ModelKind.Find(modelName)?.Name ?? "unknown";
        string status = "error";
        try
        {
            faults.FailPerhaps();
            ModelSnapshot snapshot = shelf.Current;
            if (snapshot.Teams.Teams.Count == 0)
            {
                return Problems.NotReady("no teams are known yet: the service is starting, or nothing was imported");
            }

            if (Check(request, modelName, snapshot, out Team home, out Team away) is { } problem)
            {
                status = "invalid";
                return problem;
            }

            if (!snapshot.Leagues.TryGetValue(home.League, out FittedLeague? league) || league.Find(modelName) is not { } model)
            {
                return Problems.NotReady($"the models of \"{home.League}\" are not fitted yet");
            }

            if (model.Predict(home.Name, away.Name) is not { } distribution)
            {
                status = "invalid";
                return Problems.Unprocessable($"\"{modelName}\" has not seen both teams play yet");
            }

            Match? match = await matches.FindNextAsync(home.Name, away.Name, clock.Now, cancellationToken);
            Prediction prediction = new(
                Guid.CreateVersion7().ToString("N"),
                clock.Now,
                false,
                match?.Id,
                home.League,
                home.Name,
                away.Name,
                modelName,
                distribution.Parameters);
            await predictions.SaveAnswerAsync(prediction, cancellationToken);
            status = "success";
            return Results.Created($"/predictions/{prediction.Id}", Answer(prediction, distribution, match));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The asker left; that is no failure of ours.
            status = "cancelled";
            throw;
        }
        finally
        {
            metrics.PredictionRequested(modelLabel, status);
        }
    }

    private static async Task<IResult> FindAsync(
        string id, PredictionTable predictions, MatchTable matches, FaultBoard faults, CancellationToken cancellationToken)
    {
        faults.FailPerhaps();
        if (await predictions.FindAsync(id, cancellationToken) is not { } prediction)
        {
            return Problems.NotFound($"there is no prediction \"{Problems.Shorten(id)}\"; it may have been pruned");
        }

        Match? match = prediction.MatchId is null ? null : await matches.FindAsync(prediction.MatchId, cancellationToken);
        return Results.Ok(Answer(prediction, new ScoreDistribution(prediction.Parameters), match));
    }

    /// <summary>Null when the request can be answered.</summary>
    private static IResult? Check(PredictionRequest request, string modelName, ModelSnapshot snapshot, out Team home, out Team away)
    {
        home = away = new Team("", "");
        Dictionary<string, string[]> missing = [];
        if (string.IsNullOrWhiteSpace(request.Home))
        {
            missing["home"] = ["the name of the home team is missing"];
        }

        if (string.IsNullOrWhiteSpace(request.Away))
        {
            missing["away"] = ["the name of the away team is missing"];
        }

        if (missing.Count > 0)
        {
            return Results.ValidationProblem(missing);
        }

        if (ModelKind.Find(modelName) is null)
        {
            return Problems.UnknownModel(modelName, StatusCodes.Status422UnprocessableEntity);
        }

        if (snapshot.Teams.Find(request.Home!) is not { } foundHome)
        {
            return Problems.UnknownTeam(request.Home!, snapshot.Teams);
        }

        if (snapshot.Teams.Find(request.Away!) is not { } foundAway)
        {
            return Problems.UnknownTeam(request.Away!, snapshot.Teams);
        }

        if (foundHome.Name == foundAway.Name)
        {
            return Problems.Unprocessable($"{foundHome.Name} cannot play itself");
        }

        if (foundHome.League != foundAway.League)
        {
            return Problems.Unprocessable(
                $"{foundHome.Name} plays in \"{foundHome.League}\" and {foundAway.Name} in \"{foundAway.League}\"; models know one league at a time");
        }

        (home, away) = (foundHome, foundAway);
        return null;
    }

    private static PredictionAnswer Answer(Prediction prediction, ScoreDistribution distribution, Match? match)
    {
        OutcomeProbabilities outcomes = distribution.Outcomes;
        double[][] scores =
        [
            .. Enumerable.Range(0, ScoreDistribution.MostGoals + 1).Select(home => Enumerable
                .Range(0, ScoreDistribution.MostGoals + 1).Select(away => Rounded(distribution[home, away])).ToArray()),
        ];
        ResultAnswer? result = match?.Score is { } score
            ? new ResultAnswer(score.Home, score.Away, Name(score.Outcome), score.Outcome == outcomes.MostLikely)
            : null;
        return new PredictionAnswer(
            prediction.Id,
            prediction.CreatedAt,
            prediction.Model,
            prediction.League,
            prediction.Home,
            prediction.Away,
            prediction.MatchId,
            match?.KickOff,
            new ProbabilitiesAnswer(Rounded(outcomes.Home), Rounded(outcomes.Draw), Rounded(outcomes.Away)),
            new GoalsAnswer(Rounded(distribution.Parameters.HomeGoals), Rounded(distribution.Parameters.AwayGoals)),
            distribution.MostLikelyScore.ToString(),
            scores,
            result);
    }

    private static string Name(Outcome outcome) => outcome switch
    {
        Outcome.Home => "home",
        Outcome.Draw => "draw",
        _ => "away",
    };

    private static double Rounded(double value) => Math.Round(value, 6);
}
