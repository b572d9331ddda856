using System.Globalization;
using Touchline.Model;
using Touchline.PromQL;
using Touchline.PromQL.Syntax;

namespace Touchline.Api;

/// <summary><c>query</c>, <c>query_range</c>, <c>format_query</c>, <c>parse_query</c>.</summary>
internal sealed class QueryEndpoints(QueryGate gate, TimeProvider time)
{
    public const string CutByLimit = "results truncated due to limit";

    /// <summary>Prometheus's bound on the points of a series in one answer: more than a week of minutes, or a screen's worth at any step.</summary>
    private const int MaxPoints = 11_000;

    /// <summary>Of warnings and of infos each, as in Prometheus: the rest is only counted.</summary>
    private const int MostAnnotations = 10;

    private readonly PointTexts _texts = new();

    public async Task QueryAsync(HttpContext context, ApiParameters parameters)
    {
        var limit = parameters.Limit();
        var at = parameters.Time("time", time.GetUtcNow().ToUnixTimeMilliseconds());
        var (limits, timeout) = Limits(parameters);
        var query = parameters["query"];
        var (result, timings) = await RunAsync(engine => engine.Query(query, at, limits, context.RequestAborted), timeout, context.RequestAborted);
        if (result.Type == ExprType.String)
        {
            result = result with { Scalar = new Sample(at, 0) };
        }
        await WriteAsync(context, query, result, limit, parameters["stats"].Length > 0 ? timings : null, limits.Explains);
    }

    public async Task QueryRangeAsync(HttpContext context, ApiParameters parameters)
    {
        var limit = parameters.Limit();
        var start = parameters.RequiredTime("start");
        var end = parameters.RequiredTime("end");
        if (end < start)
        {
            throw ApiException.BadParameter("end", "end timestamp must not be before start time");
        }
        var step = parameters.RequiredSeconds("step");
        if (step <= 0)
        {
            throw ApiException.BadParameter("step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
        }
        if ((end - start) / (step * 1000) > MaxPoints)
        {
            throw new ApiException(ApiErrorType.BadData, "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)");
        }
        var (limits, timeout) = Limits(parameters);
        var query = parameters["query"];
        var stepMs = Math.Max(1, (long)(step * 1000));
        var (result, timings) = await RunAsync(
            engine => engine.QueryRange(query, start, end, stepMs, limits, context.RequestAborted), timeout, context.RequestAborted);
        await WriteAsync(context, query, result, limit, parameters["stats"].Length > 0 ? timings : null, limits.Explains);
    }

    public async Task FormatQueryAsync(HttpContext context, ApiParameters parameters)
    {
        // Not of deep queries: each level is indented more, so that their text would grow with the square of their depth.
        var pretty = Parsed(() => ExprPrinter.Pretty(PromQLParser.Parse(parameters["query"], gate.Engine.Options.Features)));
        using var response = ApiResponse.Begin(context);
        response.Json.WriteStringValue(pretty);
        await response.FinishAsync();
    }

    public async Task ParseQueryAsync(HttpContext context, ApiParameters parameters)
    {
        // What is wrong with the query has to be known before the answer begins.
        using var response = Parsed(() => PromQLParser.Use(parameters["query"], gate.Engine.Options.Features, expression =>
        {
            var begun = ApiResponse.Begin(context);
            ExprJson.Write(begun.Json, expression);
            return begun;
        }));
        await response.FinishAsync();
    }

    private static T Parsed<T>(Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (PromQLSyntaxException e)
        {
            throw ApiException.BadParameter("query", e.Message);
        }
    }

    private async Task<(QueryResult Result, QueryTimings Timings)> RunAsync(
        Func<IQueryEngine, QueryResult> query, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await gate.RunAsync(query, timeout, cancellationToken);
        }
        catch (PromQLSyntaxException e)
        {
            throw ApiException.BadParameter("query", e.Message);
        }
        catch (PromQLEvaluationException e)
        {
            throw e.Kind switch
            {
                QueryErrorKind.InvalidQuery => ApiException.BadParameter("query", e.Message),
                QueryErrorKind.Timeout => new ApiException(ApiErrorType.Timeout, e.Message),
                _ => new ApiException(ApiErrorType.Execution, e.Message),
            };
        }
    }

    /// <summary>A caller may ask for less time than the server grants, not for more.</summary>
    private (QueryLimits Limits, TimeSpan Timeout) Limits(ApiParameters parameters)
    {
        var options = gate.Engine.Options;
        var timeoutMs = options.TimeoutMs;
        if (parameters.Seconds("timeout") is { } asked)
        {
            if (asked <= 0)
            {
                throw new ApiException(ApiErrorType.Timeout, "query timed out in query queue");
            }
            timeoutMs = (long)Math.Clamp(asked * 1000, 1, timeoutMs);
        }
        var lookback = parameters.LookbackSeconds();
        var limits = new QueryLimits(timeoutMs, lookback is > 0 ? (long)(lookback.Value * 1000) : null)
        {
            CountsSteps = parameters["stats"] == "all",
            IsComputed = parameters["nocache"] is "1" or "true" || parameters["stats"].Length > 0,
            Explains = parameters["explain"] is "1" or "true",
        };
        return (limits, TimeSpan.FromMilliseconds(timeoutMs));
    }

    private async Task WriteAsync(HttpContext context, string query, QueryResult result, int limit, QueryTimings? statistics, bool explains)
    {
        var warnings = Texts(query, result, AnnotationLevel.Warning);
        var infos = Texts(query, result, AnnotationLevel.Info);
        if (QueryJson.IsCut(result, limit))
        {
            warnings.Add(CutByLimit);
        }
        using var response = ApiResponse.Begin(context);
        await QueryJson.WriteAsync(response, result, limit, statistics, explains, _texts);
        await response.FinishAsync(warnings, infos);
    }

    private static List<string> Texts(string query, QueryResult result, AnnotationLevel level)
    {
        List<string> texts = [.. result.Annotations.Where(a => a.Level == level).Select(a => a.Describe(query)).Distinct()];
        if (texts.Count > MostAnnotations)
        {
            var kind = level == AnnotationLevel.Warning ? "warning" : "info";
            var omitted = string.Create(CultureInfo.InvariantCulture, $"{texts.Count - MostAnnotations} more {kind} annotations omitted");
            texts.RemoveRange(MostAnnotations, texts.Count - MostAnnotations);
            texts.Add(omitted);
        }
        return texts;
    }
}
