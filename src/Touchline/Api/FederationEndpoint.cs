using System.Buffers;
using System.Globalization;
using System.Text;
using Touchline.Hosting;
using Touchline.Model;
using Touchline.Options;
using Touchline.Storage;

namespace Touchline.Api;

/// <summary><c>/federate</c>: the newest sample of the selected series as text, for another server to scrape.</summary>
internal sealed class FederationEndpoint(IMetricQueryable store, ServerOptions options, RunningConfiguration configuration, TimeProvider time)
{
    public static void Map(WebApplication app)
    {
        var endpoint = app.Services.GetRequiredService<FederationEndpoint>();
        app.MapMethods("/federate", [HttpMethods.Get], endpoint.FederateAsync).WithMetadata(new HandlerName("/federate"));
    }

    private async Task FederateAsync(HttpContext context)
    {
        List<IReadOnlyList<LabelMatcher>> selectors;
        try
        {
            selectors = SeriesEndpoints.Selectors(context.Request.Query["match[]"], named: true);
        }
        catch (ApiException e)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(e.Message + "\n", context.RequestAborted);
            return;
        }
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        using var querier = store.OpenQuerier(now - options.LookbackDeltaMs + 1, now);
        var metadata = querier.Metadata();
        var columns = new SampleColumns();
        var text = new StringBuilder();
        var family = "";
        var hints = new SelectHints(SampleReading.Last, 0, options.LookbackDeltaMs);
        var selected = SortedUnion.Of(
            [.. selectors.Select(s => querier.Select(s, sorted: true, hints, context.RequestAborted))],
            Comparer<ISeries>.Create((a, b) => a.Labels.CompareTo(b.Labels)));
        foreach (var series in selected)
        {
            columns.Clear();
            series.Read(now - options.LookbackDeltaMs + 1, now, columns);
            // Native histograms have no form in this format.
            if (columns.Count == 0 || StaleMarker.Is(columns.Values[^1]) || (columns.HasHistograms && columns.Histograms[^1] is not null))
            {
                continue;
            }
            text.Clear();
            if (series.Labels.MetricName != family)
            {
                family = series.Labels.MetricName;
                text.Append("# TYPE ").Append(family).Append(' ').Append(TypeName(metadata.GetValueOrDefault(family))).Append('\n');
            }
            AppendSeries(text, series.Labels, configuration.Current.Global.ExternalLabels);
            text.Append(CultureInfo.InvariantCulture, $" {SampleValue.Format(columns.Values[^1])} {columns.Timestamps[^1]}\n");
            context.Response.BodyWriter.Write(Encoding.UTF8.GetBytes(text.ToString()));
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
    }

    /// <summary>Families of several series (histograms, summaries) are sent as the single series they are here, so without a type.</summary>
    private static string TypeName(MetricMetadata? metadata) => metadata?.Type switch
    {
        MetricType.Counter => "counter",
        MetricType.Gauge => "gauge",
        _ => "untyped",
    };

    private static void AppendSeries(StringBuilder text, Labels labels, Labels external)
    {
        text.Append(labels.MetricName);
        var separator = '{';
        foreach (var label in labels)
        {
            if (label.Name != LabelNames.MetricName)
            {
                AppendLabel(label);
            }
        }
        // What a series says of itself is nearer to the truth than what is said of all.
        foreach (var label in external)
        {
            if (!labels.Has(label.Name))
            {
                AppendLabel(label);
            }
        }
        if (separator == ',')
        {
            text.Append('}');
        }

        void AppendLabel(Label label)
        {
            var value = label.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            text.Append(separator).Append(LabelNames.IsLegacyLabelName(label.Name) ? label.Name : QuotedString.Of(label.Name)).Append("=\"").Append(value).Append('"');
            separator = ',';
        }
    }
}
