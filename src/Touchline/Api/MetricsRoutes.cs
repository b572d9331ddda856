using Touchline.Collectors;
using Touchline.Collectors.Host;
using Touchline.Hosting;
using Touchline.Telemetry;

namespace Touchline.Api;

/// <summary><c>/metrics</c> of Touchline itself and <c>/metrics/node</c> of this host, as text, for whoever else watches them.</summary>
internal static class MetricsRoutes
{
    private static readonly string[] GetOrHead = [HttpMethods.Get, HttpMethods.Head];

    public static void MapMetrics(this WebApplication app)
    {
        Map("/metrics", app.Services.GetRequiredService<SelfSource>());
        Map("/metrics/node", app.Services.GetRequiredService<HostCollector>());
        Map(PushReception.PushedPath, app.Services.GetRequiredService<PushedSource>());
        Map(PushReception.StatsDPath, app.Services.GetRequiredService<StatsDSource>());

        void Map(string path, IMetricSource source) =>
            app.MapMethods(path, GetOrHead, context => WriteAsync(context, source)).WithMetadata(new HandlerName(path));
    }

    private static async Task WriteAsync(HttpContext context, IMetricSource source)
    {
        var format = context.Request.Headers.Accept.ToString().Contains("application/openmetrics-text", StringComparison.Ordinal)
            ? TextMetricFormat.OpenMetrics
            : TextMetricFormat.Prometheus;
        context.Response.ContentType = TextMetricWriter.ContentType(format);
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }
        var writer = new TextMetricWriter(context.Response.BodyWriter, format);
        source.Collect(writer, context.RequestAborted);
        writer.Complete();
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
