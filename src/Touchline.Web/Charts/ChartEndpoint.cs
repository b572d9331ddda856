using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Touchline.PromQL;
using Touchline.PromQL.Syntax;

namespace Touchline.Web.Charts;

/// <summary>
/// <c>GET /ui/chart</c>: the data of one chart. Answers <see cref="ChartFrame"/>, or an error as JSON with the place in the query that it is
/// about. Reads only, and is bounded in queries, points and series.
/// </summary>
internal static class ChartEndpoint
{
    public const string Path = "/ui/chart";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Path, AnswerAsync);

    private static async Task AnswerAsync(HttpContext context, IQueryEngine engine, TimeProvider time)
    {
        context.Response.Headers.CacheControl = "no-store";
        ChartRequest request;
        try
        {
            request = ChartRequest.Parse(context.Request.Query, time.GetUtcNow().ToUnixTimeMilliseconds());
        }
        catch (FormatException error)
        {
            await FailAsync(context, StatusCodes.Status400BadRequest, new ChartError("bad_data", error.Message));
            return;
        }

        var frame = new ChartFrame(request);
        for (var i = 0; i < request.Queries.Count; i++)
        {
            if (TryQuery(engine, request, i, frame, context.RequestAborted) is { } failure)
            {
                await FailAsync(context, failure.Status, failure.Error);
                return;
            }
        }
        if (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        context.Response.ContentType = ChartFrame.ContentType;
        frame.WriteTo(context.Response.BodyWriter);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static (int Status, ChartError Error)? TryQuery(
        IQueryEngine engine, ChartRequest request, int index, ChartFrame frame, CancellationToken cancellationToken)
    {
        try
        {
            frame.Add(index, engine.QueryRange(
                request.Queries[index], request.StartMs, request.EndMs, request.StepMs, QueryLimits.Default, cancellationToken));
            return null;
        }
        catch (PromQLSyntaxException error)
        {
            return (StatusCodes.Status400BadRequest, new ChartError("bad_data", error.Errors.Count > 0 ? error.Errors[0].Message : error.Message)
            {
                Query = index,
                Places = [.. error.Errors.Select(e => new ChartErrorPlace(e.Span.Start, e.Span.End, e.Line, e.Column, e.Message))],
            });
        }
        catch (PromQLEvaluationException error)
        {
            return error.Kind switch
            {
                QueryErrorKind.Timeout => (StatusCodes.Status503ServiceUnavailable, new ChartError("timeout", error.Message) { Query = index }),
                _ => (StatusCodes.Status422UnprocessableEntity, new ChartError("execution", error.Message) { Query = index }),
            };
        }
        catch (OperationCanceledException)
        {
            // 499 is what proxies log for "the client went away"; nobody reads the body.
            return (499, new ChartError("canceled", "the request was given up") { Query = index });
        }
    }

    private static Task FailAsync(HttpContext context, int status, ChartError error)
    {
        context.Response.StatusCode = status;
        return context.RequestAborted.IsCancellationRequested
            ? Task.CompletedTask
            : context.Response.WriteAsJsonAsync(error, context.RequestAborted);
    }
}

/// <summary>An error as the browser gets it; <paramref name="ErrorType"/> is the API's.</summary>
internal sealed record ChartError(string ErrorType, string Error)
{
    /// <summary>Which of the queries it is about, from 0.</summary>
    public int Query { get; init; }

    public IReadOnlyList<ChartErrorPlace> Places { get; init; } = [];
}

/// <summary>Where in the query: UTF-16 offsets from 0, line and column from 1.</summary>
internal sealed record ChartErrorPlace(int Start, int End, int Line, int Column, string Message);
