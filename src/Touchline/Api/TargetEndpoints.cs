using System.Globalization;
using System.Text.Json;
using Touchline.Model;
using Touchline.Scraping;
using Touchline.Views;

namespace Touchline.Api;

/// <summary><c>targets</c>, <c>targets/metadata</c>, <c>scrape_pools</c>: what is watched.</summary>
internal sealed class TargetEndpoints(TargetRegistry registry, Storage.IMetricQueryable store)
{
    public async Task TargetsAsync(HttpContext context, ApiParameters parameters)
    {
        var state = parameters["state"].ToLowerInvariant();
        var pool = parameters["scrapePool"];
        using var response = ApiResponse.Begin(context);
        var json = response.Json;
        json.WriteStartObject();
        json.WriteStartArray("activeTargets"u8);
        if (state is "" or "any" or "active")
        {
            foreach (var target in registry.Active().Where(t => pool.Length == 0 || t.JobName == pool))
            {
                WriteActive(json, target, GlobalUrl(target.ScrapeUrl));
                await response.FlushAsync();
            }
        }
        json.WriteEndArray();
        json.WriteStartArray("droppedTargets"u8);
        var withDropped = state is "" or "any" or "dropped";
        if (withDropped)
        {
            foreach (var target in registry.Dropped().Where(t => pool.Length == 0 || t.JobName == pool))
            {
                json.WriteStartObject();
                json.WritePropertyName("discoveredLabels"u8);
                QueryJson.WriteLabels(json, target.DiscoveredLabels);
                json.WriteString("scrapePool"u8, target.JobName);
                json.WriteEndObject();
            }
        }
        json.WriteEndArray();
        if (withDropped)
        {
            json.WriteStartObject("droppedTargetCounts"u8);
            var dropped = registry.Dropped().CountBy(t => t.JobName).ToDictionary();
            foreach (var job in registry.Pools())
            {
                json.WriteNumber(job, dropped.GetValueOrDefault(job));
            }
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("droppedTargetCounts"u8);
        }
        json.WriteEndObject();
        await response.FinishAsync();
    }

    public async Task ScrapePoolsAsync(HttpContext context, ApiParameters parameters)
    {
        using var response = ApiResponse.Begin(context);
        response.Json.WriteStartObject();
        response.Json.WriteStartArray("scrapePools"u8);
        foreach (var pool in registry.Pools())
        {
            response.Json.WriteStringValue(pool);
        }
        response.Json.WriteEndArray();
        response.Json.WriteEndObject();
        await response.FinishAsync();
    }

    /// <summary>
    /// Metadata by target. The store keeps it by metric name only, so that a target's own are those of the metrics that it has
    /// series of.
    /// </summary>
    public async Task MetadataAsync(HttpContext context, ApiParameters parameters)
    {
        var metric = parameters["metric"];
        var limitText = parameters["limit"];
        var limit = -1;
        if (limitText.Length > 0 && !int.TryParse(limitText, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out limit))
        {
            throw new ApiException(ApiErrorType.BadData, "limit must be a number");
        }
        var matchers = parameters["match_target"] is { Length: > 0 } selector
            ? SeriesEndpoints.Selectors(selector, named: false)[0]
            : [];
        var now = ApiParameters.MaxTimeMs;
        using var querier = store.OpenQuerier(ApiParameters.MinTimeMs, now);
        var known = querier.Metadata();
        using var response = ApiResponse.Begin(context);
        var json = response.Json;
        json.WriteStartArray();
        var written = 0;
        foreach (var target in registry.Active().Where(t => matchers.All(m => m.Matches(t.Labels))))
        {
            LabelMatcher[] own = [.. target.Labels.Select(l => new LabelMatcher(Model.MatchType.Equal, l.Name, l.Value))];
            foreach (var name in querier.LabelValues(LabelNames.MetricName, own, context.RequestAborted))
            {
                var family = Family(name, known);
                if (family is null || (metric.Length > 0 && family != metric) || limit >= 0 && written >= limit)
                {
                    continue;
                }
                var metadata = known[family];
                json.WriteStartObject();
                json.WritePropertyName("target"u8);
                QueryJson.WriteLabels(json, target.Labels);
                if (metric.Length == 0)
                {
                    json.WriteString("metric"u8, family);
                }
                json.WriteString("type"u8, MetricTypeNames.Of(metadata.Type));
                json.WriteString("help"u8, metadata.Help);
                json.WriteString("unit"u8, metadata.Unit);
                json.WriteEndObject();
                written++;
                await response.FlushAsync();
            }
        }
        json.WriteEndArray();
        await response.FinishAsync();
    }

    /// <summary>The family that a sample's name belongs to, once for each family: a histogram's is told by its count.</summary>
    private static string? Family(string name, IReadOnlyDictionary<string, MetricMetadata> known)
    {
        if (known.ContainsKey(name))
        {
            return name;
        }
        return name.EndsWith("_count", StringComparison.Ordinal) && known.ContainsKey(name[..^6]) ? name[..^6] : null;
    }

    private static void WriteActive(Utf8JsonWriter json, TargetSnapshot target, string globalUrl)
    {
        json.WriteStartObject();
        json.WritePropertyName("discoveredLabels"u8);
        QueryJson.WriteLabels(json, target.DiscoveredLabels);
        json.WritePropertyName("labels"u8);
        QueryJson.WriteLabels(json, target.Labels);
        json.WriteString("scrapePool"u8, target.JobName);
        json.WriteString("scrapeUrl"u8, target.ScrapeUrl);
        json.WriteString("globalUrl"u8, globalUrl);
        json.WriteString("lastError"u8, target.LastError);
        json.WriteString("lastScrape"u8, target.LastScrape is { } time ? Timestamps.Rfc3339(time) : "0001-01-01T00:00:00Z");
        json.WriteNumber("lastScrapeDuration"u8, target.LastScrapeDurationMs / 1000);
        json.WriteString("health"u8, target.Health switch
        {
            TargetHealth.Up => "up",
            TargetHealth.Down => "down",
            _ => "unknown",
        });
        json.WriteString("scrapeInterval"u8, PrometheusDuration.Format(target.ScrapeIntervalMs));
        json.WriteString("scrapeTimeout"u8, PrometheusDuration.Format(target.ScrapeTimeoutMs));
        json.WriteEndObject();
    }

    /// <summary>A loopback address means nothing to a browser elsewhere: the host's name stands for it.</summary>
    private static string GlobalUrl(string scrapeUrl)
    {
        if (!Uri.TryCreate(scrapeUrl, UriKind.Absolute, out var url) || url.Host is not ("localhost" or "127.0.0.1" or "[::1]"))
        {
            return scrapeUrl;
        }
        var prefix = $"{url.Scheme}://{url.Authority}";
        var port = url.Authority.EndsWith($":{url.Port}", StringComparison.Ordinal) ? $":{url.Port}" : "";
        return $"{url.Scheme}://{Environment.MachineName}{port}{scrapeUrl[prefix.Length..]}";
    }
}
