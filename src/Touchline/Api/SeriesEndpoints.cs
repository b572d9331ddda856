using System.Globalization;
using Microsoft.Extensions.Primitives;
using Touchline.Model;
using Touchline.PromQL.Syntax;
using Touchline.Storage;

namespace Touchline.Api;

/// <summary><c>series</c>, <c>labels</c>, <c>label/…/values</c>, <c>metadata</c>: what there is to ask about.</summary>
internal sealed class SeriesEndpoints(IMetricQueryable store)
{
    public async Task SeriesAsync(HttpContext context, ApiParameters parameters)
    {
        var limit = parameters.Limit();
        if (parameters.All("match[]").Count == 0)
        {
            throw new ApiException(ApiErrorType.BadData, "no match[] parameter provided");
        }
        var (start, end) = Range(parameters);
        var selectors = Selectors(parameters.All("match[]"), named: true);
        using var querier = store.OpenQuerier(start, end);
        var found = SortedUnion.Of(
            [.. selectors.Select(s => querier.Select(s, sorted: true, context.RequestAborted))],
            Comparer<ISeries>.Create((a, b) => a.Labels.CompareTo(b.Labels)));
        using var response = ApiResponse.Begin(context);
        var json = response.Json;
        json.WriteStartArray();
        var count = 0;
        var cut = false;
        if (start <= end)
        {
            foreach (var series in found)
            {
                context.RequestAborted.ThrowIfCancellationRequested();
                if (cut = limit > 0 && count == limit)
                {
                    break;
                }
                QueryJson.WriteLabels(json, series.Labels);
                count++;
                await response.FlushAsync();
            }
        }
        json.WriteEndArray();
        await response.FinishAsync(Warnings(querier, cut));
    }

    public Task LabelNamesAsync(HttpContext context, ApiParameters parameters) =>
        NamesAsync(context, parameters, (querier, matchers) => querier.LabelNames(matchers, context.RequestAborted));

    public Task LabelValuesAsync(HttpContext context, ApiParameters parameters)
    {
        var name = LabelEscaping.Unescape((string)context.Request.RouteValues["name"]!);
        return NamesAsync(context, parameters, (querier, matchers) => querier.LabelValues(name, matchers, context.RequestAborted));
    }

    public async Task MetadataAsync(HttpContext context, ApiParameters parameters)
    {
        var limit = Number(parameters, "limit");
        var perMetric = Number(parameters, "limit_per_metric");
        var metric = parameters["metric"];
        using var querier = store.OpenQuerier(ApiParameters.MinTimeMs, ApiParameters.MaxTimeMs);
        using var response = ApiResponse.Begin(context);
        var json = response.Json;
        json.WriteStartObject();
        var left = limit ?? int.MaxValue;
        foreach (var (name, metadata) in querier.Metadata())
        {
            if (metric.Length > 0 && name != metric)
            {
                continue;
            }
            // As in Prometheus, a limit of 0 is none at all and a negative one is no limit.
            if (left == 0)
            {
                break;
            }
            left = left > 0 ? left - 1 : left;
            json.WriteStartArray(name);
            if (perMetric is not 0)
            {
                json.WriteStartObject();
                json.WriteString("type"u8, MetricTypeNames.Of(metadata.Type));
                json.WriteString("unit"u8, metadata.Unit);
                json.WriteString("help"u8, metadata.Help);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            await response.FlushAsync();
        }
        json.WriteEndObject();
        await response.FinishAsync();
    }

    /// <summary>The <c>match[]</c> selectors as matchers.</summary>
    /// <param name="named">Whether an error names the parameter, as Prometheus does for series but not for labels.</param>
    public static List<IReadOnlyList<LabelMatcher>> Selectors(StringValues texts, bool named)
    {
        const string NoMatcher = "must contain at least one non-empty matcher";
        var selectors = new List<IReadOnlyList<LabelMatcher>>();
        foreach (var text in texts)
        {
            try
            {
                selectors.Add(PromQLParser.ParseSelector(text ?? "").Matchers);
            }
            catch (PromQLSyntaxException e) when (e.Errors.Any(error => error.Message.EndsWith(NoMatcher, StringComparison.Ordinal)))
            {
                throw named ? ApiException.BadParameter("match[]", $"match[] {NoMatcher}") : new ApiException(ApiErrorType.BadData, $"match[] {NoMatcher}");
            }
            catch (PromQLSyntaxException e)
            {
                throw named ? ApiException.BadParameter("match[]", e.Message) : new ApiException(ApiErrorType.BadData, e.Message);
            }
        }
        return selectors;
    }

    private async Task NamesAsync(
        HttpContext context, ApiParameters parameters, Func<IQuerier, IReadOnlyList<LabelMatcher>, IReadOnlyList<string>> ask)
    {
        var limit = parameters.Limit();
        var (start, end) = Range(parameters);
        var selectors = Selectors(parameters.All("match[]"), named: false);
        using var querier = store.OpenQuerier(start, end);
        var names = start > end ? []
            : selectors.Count <= 1 ? ask(querier, selectors.Count == 1 ? selectors[0] : [])
            : [.. SortedUnion.Of([.. selectors.Select(s => ask(querier, s))], StringComparer.Ordinal)];
        var taken = limit > 0 ? Math.Min(limit, names.Count) : names.Count;
        using var response = ApiResponse.Begin(context);
        response.Json.WriteStartArray();
        for (var i = 0; i < taken; i++)
        {
            response.Json.WriteStringValue(names[i]);
            await response.FlushAsync();
        }
        response.Json.WriteEndArray();
        await response.FinishAsync(Warnings(querier, taken < names.Count));
    }

    private static (long Start, long End) Range(ApiParameters parameters) =>
        (parameters.Time("start", ApiParameters.MinTimeMs), parameters.Time("end", ApiParameters.MaxTimeMs));

    private static List<string> Warnings(IQuerier querier, bool cut)
    {
        var warnings = querier.Warnings.ToList();
        if (cut)
        {
            warnings.Add(QueryEndpoints.CutByLimit);
        }
        return warnings;
    }

    private static int? Number(ApiParameters parameters, string name)
    {
        var text = parameters[name];
        if (text.Length == 0)
        {
            return null;
        }
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ApiException(ApiErrorType.BadData, $"{name} must be a number");
    }
}
