using Touchline.Collectors;
using Touchline.Collectors.Containers;
using Touchline.Collectors.Host;
using Touchline.Hosting;
using Touchline.Telemetry;

namespace Touchline.Api;

/// <summary><c>/metrics</c> of Touchline itself, <c>/metrics/node</c> of this host and <c>/metrics/cadvisor</c> of its containers, as text, for whoever else watches them.</summary>
internal static class MetricsRoutes
{
    private static readonly string[] GetOrHead = [HttpMethods.Get, HttpMethods.Head];

    public static void MapMetrics(this WebApplication app)
    {
        Map("/metrics", app.Services.GetRequiredService<SelfSource>());
        Map("/metrics/cadvisor", app.Services.GetRequiredService<ContainerCollector>());
        FamilyRoutes.Map(app, PushReception.PushedPath, app.Services.GetRequiredService<PushedSource>());
        FamilyRoutes.Map(app, PushReception.StatsDPath, app.Services.GetRequiredService<StatsDSource>());
        var host = app.Services.GetRequiredService<HostCollector>();
        app.MapMethods("/metrics/node", GetOrHead, context => WriteHostAsync(context, host)).WithMetadata(new HandlerName("/metrics/node"));

        void Map(string path, IMetricSource source) =>
            app.MapMethods(path, GetOrHead, context => WriteAsync(context, source)).WithMetadata(new HandlerName(path));
    }

    /// <summary>Answers as node_exporter does, collectors chosen by <c>collect[]</c> and <c>exclude[]</c> among it.</summary>
    public static async Task WriteHostAsync(HttpContext context, HostCollector host)
    {
        if (HostSelection.TryRead(context.Request.Query, host, out var wants, out var problem))
        {
            await WriteAsync(context, (writer, cancellationToken) => host.Collect(writer, wants, cancellationToken));
            return;
        }
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(problem, context.RequestAborted);
    }

    /// <summary>Answers with what a source sees now, in the format that is asked for.</summary>
    public static Task WriteAsync(HttpContext context, IMetricSource source) => WriteAsync(context, source.Collect);

    private static async Task WriteAsync(HttpContext context, Action<IMetricWriter, CancellationToken> collect)
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
        collect(writer, context.RequestAborted);
        writer.Complete();
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
