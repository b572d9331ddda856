using System.Net;
using FootballPrediction.Faults;

namespace FootballPrediction.Api;

/// <summary>What to switch on; the value is the fault's own default when it is left out.</summary>
internal sealed record FaultRequest(string? Name, double? Value);

/// <param name="Value">Null when the fault is off.</param>
internal sealed record FaultAnswer(string Name, string Description, double? Value);

/// <summary>
/// Switches faults on and off while the service runs: from this machine only. The name in the request must be a loopback
/// one too, so that no web page can reach it by pointing a name of its own here.
/// </summary>
internal static class FaultEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/faults");
        group.AddEndpointFilter(async (context, next) => IsLocal(context.HttpContext)
            ? await next(context)
            : Results.Problem("faults are switched from this machine only", statusCode: StatusCodes.Status403Forbidden));
        group.MapGet("", (FaultBoard faults) => List(faults));
        group.MapPost("", SwitchOn);
        group.MapDelete("", (FaultBoard faults) =>
        {
            faults.SwitchOffAll();
            return Results.NoContent();
        });
        group.MapDelete("/{name}", (string name, FaultBoard faults) => faults.SwitchOff(name)
            ? Results.NoContent()
            : Problems.NotFound($"\"{Problems.Shorten(name)}\" is not switched on"));
    }

    private static IResult SwitchOn(FaultRequest request, FaultBoard faults)
    {
        if (string.IsNullOrWhiteSpace(request.Name))
        {
            return Results.ValidationProblem(new Dictionary<string, string[]> { ["name"] = ["the name of the fault is missing"] });
        }

        if (request.Name == FaultBoard.CrashAtStart)
        {
            return Problems.Unprocessable("the start is over: give crash_at_start by --faults or FAULTS");
        }

        return faults.TrySwitchOn(request.Name, request.Value) is { } problem
            ? Problems.Unprocessable(problem)
            : Results.Ok(List(faults));
    }

    private static IReadOnlyList<FaultAnswer> List(FaultBoard faults)
    {
        IReadOnlyDictionary<string, double> active = faults.Active;
        return [.. FaultBoard.Known.Select(fault =>
            new FaultAnswer(fault.Name, fault.Description, active.TryGetValue(fault.Name, out double value) ? value : null))];
    }

    private static bool IsLocal(HttpContext context)
    {
        string host = context.Request.Host.Host;
        return context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
            && (host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address)));
    }
}
