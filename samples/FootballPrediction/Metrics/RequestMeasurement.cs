using Microsoft.AspNetCore.Routing;

namespace FootballPrediction.Metrics;

/// <summary>
/// Measures every request. The endpoint is its route pattern, and the method one of a known few, so that no caller can
/// make new series at will.
/// </summary>
internal sealed class RequestMeasurement(RequestDelegate next, ServiceMetrics metrics, TimeProvider time)
{
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        // Error handling clears the endpoint, so it is read before the request goes on.
        string endpoint = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unmatched";
        long start = 0;
        metrics.Guard(() =>
        {
            start = time.GetTimestamp();
            metrics.Users.Saw(context.Request.Headers[ActiveUsers.Header]);
        });
        int? failed = null;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there any more to read an answer, so there is nothing to hand on.
            failed = ClientClosedRequest;
        }
        catch
        {
            failed = StatusCodes.Status500InternalServerError;
            throw;
        }
        finally
        {
            int status = failed ?? context.Response.StatusCode;
            metrics.Guard(() => metrics.RequestEnded(Method(context), endpoint, status, time.GetElapsedTime(start)));
        }
    }

    private static string Method(HttpContext context) => context.Request.Method switch
    {
        "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" => context.Request.Method,
        _ => "other",
    };
}
