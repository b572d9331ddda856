using System.Globalization;
using Touchline.Hosting;
using Touchline.Options;
using Touchline.Tsdb;

namespace Touchline.Api;

/// <summary><c>/-/healthy</c>, <c>/-/ready</c>, <c>/-/reload</c>, <c>/-/quit</c>.</summary>
internal static class ManagementRoutes
{
    private const string PlainText = "text/plain; charset=utf-8";

    private static readonly string[] GetOrHead = [HttpMethods.Get, HttpMethods.Head];
    private static readonly string[] PostOrPut = [HttpMethods.Post, HttpMethods.Put];

    public static void MapManagement(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<ServerOptions>();
        var state = app.Services.GetRequiredService<ServerState>();
        var store = app.Services.GetRequiredService<TsdbStore>();
        var reload = app.Services.GetRequiredService<ConfigurationReload>();

        app.MapMethods("/-/healthy", GetOrHead, context => WriteAsync(context, StatusCodes.Status200OK, "Touchline is Healthy.\n"))
            .WithMetadata(new HandlerName("/-/healthy"));
        app.MapMethods("/-/ready", GetOrHead, context => !state.IsReady
                ? WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "Service Unavailable")
                : store.Status().Loading is { } loading
                    ? WriteAsync(context, StatusCodes.Status503ServiceUnavailable, LoadingText(loading))
                    : WriteAsync(context, StatusCodes.Status200OK, "Touchline is Ready.\n"))
            .WithMetadata(new HandlerName("/-/ready"));
        MapLifecycle("/-/reload", context => reload.TryReload(out var error)
            ? WriteAsync(context, StatusCodes.Status200OK, "")
            : WriteAsync(context, StatusCodes.Status500InternalServerError, $"failed to reload config: {error}\n"));
        MapLifecycle("/-/quit", async context =>
        {
            await WriteAsync(context, StatusCodes.Status200OK, "Requesting termination... Goodbye!");
            app.Lifetime.StopApplication();
        });

        void MapLifecycle(string path, RequestDelegate action)
        {
            app.MapMethods(path, PostOrPut, options.EnableLifecycle
                    ? action
                    : context => WriteAsync(context, StatusCodes.Status403Forbidden, "Lifecycle API is not enabled."))
                .WithMetadata(new HandlerName(path));
            app.MapMethods(path, [HttpMethods.Get], context =>
            {
                context.Response.Headers.Allow = "POST, PUT";
                return WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "Only POST or PUT requests allowed");
            }).WithMetadata(new HandlerName(path));
        }
    }

    private static string LoadingText(LoadStatus loading) => string.Create(
        CultureInfo.InvariantCulture, $"Service Unavailable: stored data are being loaded, {100 * loading.Ratio:F0} % of the log are read\n");

    private static Task WriteAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = PlainText;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
