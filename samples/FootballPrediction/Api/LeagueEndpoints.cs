using System.Globalization;
using FootballPrediction.Evaluation;
using FootballPrediction.Faults;
using FootballPrediction.League;
using FootballPrediction.Models;
using FootballPrediction.Simulation;
using FootballPrediction.Storage;

namespace FootballPrediction.Api;

/// <param name="Status">played; scheduled while the kick-off is ahead; awaiting_result after it, until the feed says how it ended.</param>
internal sealed record MatchAnswer(
    string Id,
    string League,
    string Season,
    DateTimeOffset KickOff,
    string Home,
    string Away,
    string Status,
    int? HomeGoals,
    int? AwayGoals);

internal sealed record PageAnswer<T>(IReadOnlyList<T> Items, int Page, int PageSize, int Total);

/// <param name="Models">What each model has estimated for the team.</param>
internal sealed record TeamAnswer(string Name, string League, IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Models);

/// <param name="Fits">The state of the model in each league.</param>
internal sealed record ModelAnswer(string Name, string Description, string Citation, IReadOnlyList<FitAnswer> Fits);

internal sealed record FitAnswer(string League, DateTimeOffset FittedAt, int Matches, IReadOnlyDictionary<string, double> Parameters);

/// <param name="Note">Says so when there is nothing to evaluate yet; the figures are null then.</param>
internal sealed record EvaluationAnswer(
    string Model, int Matches, double? Accuracy, double? LogLoss, double? RankedProbabilityScore, string? Note);

internal static class LeagueEndpoints
{
    private const string Played = "played";
    private const string Scheduled = "scheduled";
    private const string AwaitingResult = "awaiting_result";

    private const int DefaultPageSize = 50;
    private const int LargestPage = 200;
    private const int MostPages = 100_000;
    private const int MostEvaluated = 5000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/matches", ListMatchesAsync);
        routes.MapGet("/teams", ListTeams);
        routes.MapGet("/models", ListModels);
        routes.MapGet("/models/{model}/evaluation", EvaluateAsync);
    }

    private static async Task<IResult> ListMatchesAsync(
        HttpRequest request, ModelShelf shelf, MatchTable matches, LeagueClock clock, FaultBoard faults, CancellationToken cancellationToken)
    {
        faults.FailPerhaps();
        IQueryCollection query = request.Query;
        string[] known = ["league", "season", "team", "status", "from", "to", "page", "pageSize"];
        if (query.Keys.FirstOrDefault(key => !known.Contains(key)) is { } unknown)
        {
            string? nearest = Suggestion.Nearest(unknown, known);
            return Problems.BadRequest(
                $"unknown parameter \"{Problems.Shorten(unknown)}\"; "
                + (nearest is null ? $"known are {string.Join(", ", known)}" : $"did you mean \"{nearest}\"?"));
        }

        if (!TryReadNumber(query, "page", 1, MostPages, out int page, out IResult? problem)
            || !TryReadNumber(query, "pageSize", DefaultPageSize, LargestPage, out int pageSize, out problem)
            || !TryReadTime(query, "from", out DateTimeOffset? from, out problem)
            || !TryReadTime(query, "to", out DateTimeOffset? until, out problem))
        {
            return problem!;
        }

        string? status = Text(query, "status");
        if (status is not (null or Played or Scheduled or AwaitingResult))
        {
            return Problems.BadRequest($"status is {Played}, {Scheduled} or {AwaitingResult}, not \"{Problems.Shorten(status)}\"");
        }

        string? teamName = Text(query, "team");
        Team? team = teamName is null ? null : shelf.Current.Teams.Find(teamName);
        if (teamName is not null && team is null)
        {
            return Problems.UnknownTeam(teamName, shelf.Current.Teams);
        }

        DateTimeOffset now = clock.Now;
        MatchFilter filter = new(
            Text(query, "league"),
            Text(query, "season"),
            team?.Name,
            status is null ? null : status == Played,
            status == Scheduled && !(from > now) ? now : from,
            status == AwaitingResult && !(until < now) ? now : until);
        int total = await matches.CountAsync(filter, cancellationToken);
        List<Match> found = await matches.ListAsync(filter, (page - 1) * pageSize, pageSize, cancellationToken);
        return Results.Ok(new PageAnswer<MatchAnswer>([.. found.Select(match => Answer(match, now))], page, pageSize, total));
    }

    private static IResult ListTeams(ModelShelf shelf, FaultBoard faults)
    {
        faults.FailPerhaps();
        ModelSnapshot snapshot = shelf.Current;
        return Results.Ok(snapshot.Teams.Teams.Select(team => new TeamAnswer(
            team.Name,
            team.League,
            snapshot.Leagues.TryGetValue(team.League, out FittedLeague? league)
                ? league.Models.ToDictionary(model => model.Name, model => model.Describe(team.Name))
                : new Dictionary<string, IReadOnlyDictionary<string, double>>())));
    }

    private static IResult ListModels(ModelShelf shelf, FaultBoard faults)
    {
        faults.FailPerhaps();
        ModelSnapshot snapshot = shelf.Current;
        return Results.Ok(ModelKind.All.Select(kind => new ModelAnswer(
            kind.Name,
            kind.Description,
            kind.Citation,
            [
                .. snapshot.Leagues.Values.SelectMany(league => league.Models
                    .Where(model => model.Name == kind.Name)
                    .Select(model => new FitAnswer(league.League, league.FittedAt, league.Matches, model.Parameters))),
            ])));
    }

    private static async Task<IResult> EvaluateAsync(
        string model, HttpRequest request, Evaluator evaluator, FaultBoard faults, CancellationToken cancellationToken)
    {
        faults.FailPerhaps();
        if (ModelKind.Find(model) is null)
        {
            return Problems.UnknownModel(model, StatusCodes.Status404NotFound);
        }

        if (!TryReadNumber(request.Query, "last", Evaluator.DefaultMatches, MostEvaluated, out int last, out IResult? problem))
        {
            return problem!;
        }

        ModelEvaluation? evaluation = await evaluator.EvaluateAsync(model, last, cancellationToken);
        return Results.Ok(evaluation is null
            ? new EvaluationAnswer(model, 0, null, null, null, "no match has been played yet that this model had a forecast for")
            : new EvaluationAnswer(
                model, evaluation.Matches, evaluation.Accuracy, evaluation.LogLoss, evaluation.RankedProbabilityScore, null));
    }

    private static MatchAnswer Answer(Match match, DateTimeOffset now) => new(
        match.Id,
        match.League,
        match.Season,
        match.KickOff,
        match.Home,
        match.Away,
        match.Played ? Played : match.KickOff >= now ? Scheduled : AwaitingResult,
        match.Score?.Home,
        match.Score?.Away);

    private static string? Text(IQueryCollection query, string name) =>
        query.TryGetValue(name, out var values) && !string.IsNullOrWhiteSpace(values.ToString()) ? values.ToString() : null;

    private static bool TryReadNumber(IQueryCollection query, string name, int standard, int most, out int number, out IResult? problem)
    {
        problem = null;
        number = standard;
        if (Text(query, name) is not { } text
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1 && number <= most))
        {
            return true;
        }

        problem = Problems.BadRequest($"{name} is a number from 1 to {most}, not \"{Problems.Shorten(text)}\"");
        return false;
    }

    private static bool TryReadTime(IQueryCollection query, string name, out DateTimeOffset? time, out IResult? problem)
    {
        problem = null;
        time = null;
        if (Text(query, name) is not { } text)
        {
            return true;
        }

        if (DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset parsed))
        {
            time = parsed;
            return true;
        }

        problem = Problems.BadRequest($"{name} is a time like 2024-08-10 or 2024-08-10T15:00:00Z, not \"{Problems.Shorten(text)}\"");
        return false;
    }
}
