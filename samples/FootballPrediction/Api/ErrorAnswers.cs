using System.Data.Common;
using System.Text.Json;
using FootballPrediction.Faults;
using Microsoft.AspNetCore.Diagnostics;

namespace FootballPrediction.Api;

/// <summary>Turns what went wrong inside into an answer: clear about the caller's mistakes, silent about our insides.</summary>
internal sealed class ErrorAnswers(IProblemDetailsService problems, ILogger<ErrorAnswers> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        (int status, string detail) = exception switch
        {
            BadHttpRequestException { InnerException: JsonException json } => (StatusCodes.Status400BadRequest, Describe(json)),
            BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } bad =>
                (bad.StatusCode, "send the body as JSON, with \"Content-Type: application/json\""),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } bad => (bad.StatusCode, "the body is too large"),
            BadHttpRequestException bad => (bad.StatusCode, "the request needs a body of JSON"),
            DbException => (StatusCodes.Status503ServiceUnavailable, "the database cannot be reached or refuses the query; try again"),
            InjectedFaultException fault => (StatusCodes.Status500InternalServerError, fault.Message),
            _ => (StatusCodes.Status500InternalServerError, "the service failed on this request; its log says why"),
        };
        if (status >= StatusCodes.Status500InternalServerError)
        {
            logger.LogError("{Method} {Path} failed: {Error}", httpContext.Request.Method, httpContext.Request.Path, exception.Message);
        }

        httpContext.Response.StatusCode = status;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = { Status = status, Detail = detail },
        });
    }

    private static string Describe(JsonException json) => json.LineNumber is { } line && json.BytePositionInLine is { } column
        ? $"the body is not the JSON that is expected: line {line + 1}, column {column + 1}"
            + (string.IsNullOrEmpty(json.Path) || json.Path == "$" ? "" : $", at {json.Path}")
        : "the body is not the JSON that is expected";
}
