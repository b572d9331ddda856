using Touchline.Api;
using Touchline.Collectors;
using Touchline.Hosting;
using Touchline.Options;
using Touchline.RemoteWrite.Sending;
using Touchline.Storage.InMemory;
using Touchline.Views;

namespace Touchline.Agent;

/// <summary>What an agent answers: targets, status, metrics and its own management. Whatever asks for samples is told that there are none.</summary>
internal sealed class AgentEndpoints(
    ServerOptions options, RunningConfiguration configuration, AgentPage page, TargetRegistry targets, RemoteWriteSender sender, IMetricSource self, IMetricSource host, IMetricSource containers,
    Func<bool> isReady, Func<string> reload)
{
    private const string PlainText = "text/plain; charset=utf-8";

    private static readonly string[] Get = [HttpMethods.Get, HttpMethods.Head];
    private static readonly string[] Post = [HttpMethods.Post, HttpMethods.Put];

    public void Map(WebApplication app)
    {
        // Only what needs no samples is asked of it.
        var targetEndpoints = new TargetEndpoints(targets, new InMemoryStore());
        var status = new ConfigurationEndpoints(options, configuration);
        MapApi(app, "targets", targetEndpoints.TargetsAsync);
        MapApi(app, "scrape_pools", targetEndpoints.ScrapePoolsAsync);
        MapApi(app, "status/config", status.ConfigAsync);
        MapApi(app, "status/flags", status.FlagsAsync);
        MapApi(app, "status/remote_write", new RemoteWriteStatusEndpoint(sender).RemoteWriteAsync);
        app.Map("/api/v1/{*path}", context => ApiResponse.WriteErrorAsync(
            context, ApiErrorType.Execution, "unavailable with an agent: it keeps no samples, and sends them to its remotes"));
        MapMetrics(app, "/metrics", self);
        MapMetrics(app, "/metrics/node", host);
        MapMetrics(app, "/metrics/cadvisor", containers);
        app.MapMethods("/", Get, page.WriteAsync);
        MapText(app, "/-/healthy", Get, () => (StatusCodes.Status200OK, "Touchline Agent is Healthy.\n"));
        MapText(app, "/-/ready", Get, () => isReady() ? (StatusCodes.Status200OK, "Touchline Agent is Ready.\n") : (StatusCodes.Status503ServiceUnavailable, "Service Unavailable"));
        MapLifecycle(app, "/-/reload", () => reload() is { Length: > 0 } error
            ? (StatusCodes.Status500InternalServerError, $"failed to reload config: {error}\n")
            : (StatusCodes.Status200OK, ""));
        MapLifecycle(app, "/-/quit", () =>
        {
            app.Lifetime.StopApplication();
            return (StatusCodes.Status200OK, "Requesting termination... Goodbye!");
        });
    }

    private static void MapApi(WebApplication app, string path, Func<HttpContext, ApiParameters, Task> handler) =>
        app.MapMethods("/api/v1/" + path, Get, async context => await handler(context, await ApiParameters.ReadAsync(context)));

    private static void MapMetrics(WebApplication app, string path, IMetricSource source) => app.MapMethods(path, Get, async context =>
    {
        context.Response.ContentType = TextMetricWriter.ContentType(TextMetricFormat.Prometheus);
        var writer = new TextMetricWriter(context.Response.BodyWriter, TextMetricFormat.Prometheus);
        source.Collect(writer, context.RequestAborted);
        writer.Complete();
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    });

    private void MapLifecycle(WebApplication app, string path, Func<(int Status, string Text)> action) =>
        MapText(app, path, Post, options.EnableLifecycle ? action : () => (StatusCodes.Status403Forbidden, "Lifecycle API is not enabled."));

    private static void MapText(WebApplication app, string path, string[] methods, Func<(int Status, string Text)> answer) => app.MapMethods(path, methods, context =>
    {
        (context.Response.StatusCode, var text) = answer();
        context.Response.ContentType = PlainText;
        return context.Response.WriteAsync(text, context.RequestAborted);
    });
}
