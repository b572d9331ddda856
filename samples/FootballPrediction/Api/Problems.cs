using FootballPrediction.League;
using FootballPrediction.Models;

namespace FootballPrediction.Api;

/// <summary>Errors as RFC 9457 has them, each saying what is wrong and what would be right.</summary>
internal static class Problems
{
    private const int LongestEcho = 80;

    public static IResult BadRequest(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status400BadRequest);

    public static IResult NotFound(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status404NotFound);

    public static IResult Unprocessable(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status422UnprocessableEntity);

    public static IResult NotReady(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status503ServiceUnavailable);

    public static IResult UnknownTeam(string name, TeamDirectory teams)
    {
        string? nearest = teams.Nearest(name);
        string hint = nearest is null ? "GET /teams lists them" : $"did you mean \"{nearest}\"?";
        return Results.Problem(
            $"unknown team \"{Shorten(name)}\"; {hint}",
            statusCode: StatusCodes.Status422UnprocessableEntity,
            extensions: nearest is null ? null : new Dictionary<string, object?> { ["didYouMean"] = nearest });
    }

    public static IResult UnknownModel(string name, int status)
    {
        string[] known = [.. ModelKind.All.Select(kind => kind.Name)];
        string? nearest = Suggestion.Nearest(name, known);
        string hint = nearest is null ? $"known are {string.Join(", ", known)}" : $"did you mean \"{nearest}\"?";
        return Results.Problem(
            $"unknown model \"{Shorten(name)}\"; {hint}",
            statusCode: status,
            extensions: nearest is null ? null : new Dictionary<string, object?> { ["didYouMean"] = nearest });
    }

    /// <summary>What the caller sent goes back in part only.</summary>
    public static string Shorten(string text) => text.Length <= LongestEcho ? text : text[..LongestEcho] + "…";
}
