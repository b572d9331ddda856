using System.Net;
using Touchline.Api;

namespace Touchline.Hosting;

/// <summary>Gives a body to answers that would have none: unknown paths and methods.</summary>
internal static class UnknownPaths
{
    public static void UseMiddlewareForUnknownPaths(this WebApplication app) => app.Use(async (context, next) =>
    {
        await next(context);
        var response = context.Response;
        if (response.HasStarted || response.ContentType is not null || response.StatusCode is not (404 or 405) || HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }
        var request = context.Request;
        response.Headers.XContentTypeOptions = "nosniff";
        if (request.Path.StartsWithSegments("/api"))
        {
            var message = response.StatusCode == StatusCodes.Status404NotFound
                ? $"there is no endpoint {request.Path}"
                : $"{request.Path} does not take {request.Method}, only {response.Headers.Allow}";
            await ApiResponse.WriteErrorAsync(context, ApiErrorType.NotFound, message, response.StatusCode);
            return;
        }
        if (response.StatusCode == StatusCodes.Status404NotFound && request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
        {
            response.ContentType = "text/html; charset=utf-8";
            await response.WriteAsync(
                $"""
                <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Not found · Touchline</title>
                <body style="font-family:system-ui,sans-serif;margin:4rem auto;max-width:40rem;padding:0 1rem">
                <h1>There is no such page</h1><p><code>{WebUtility.HtmlEncode(request.Path)}</code> does not exist. <a href="{WebUtility.HtmlEncode(request.PathBase)}/">Go to the overview</a>.</p>
                """,
                context.RequestAborted);
            return;
        }
        response.ContentType = "text/plain; charset=utf-8";
        await response.WriteAsync(
            response.StatusCode == StatusCodes.Status404NotFound ? "404 page not found\n" : "Method Not Allowed\n", context.RequestAborted);
    });
}
