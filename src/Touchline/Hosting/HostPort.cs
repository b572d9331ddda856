using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Touchline.Api;
using Touchline.Collectors.Host;

namespace Touchline.Hosting;

/// <summary>
/// A port that answers as node_exporter does, and nothing else: whoever scrapes this host from elsewhere need not see the rest.
/// </summary>
internal static class HostPort
{
    private static readonly object Mark = new();

    private const string Welcome = "<!doctype html><title>Touchline: this host</title><p>This host's metrics: <a href=\"metrics\">metrics</a>\n";

    /// <summary>Marks the connections of a port as belonging here.</summary>
    public static void Configure(ListenOptions listen, WebSecurity security)
    {
        listen.Use(next => connection =>
        {
            connection.Items[Mark] = Mark;
            return next(connection);
        });
        security.Secure(listen);
    }

    /// <summary>Answers what comes over such connections; everything else goes on.</summary>
    public static void UseHostPort(this WebApplication app, WebSecurity security)
    {
        var host = app.Services.GetRequiredService<HostCollector>();
        app.MapWhen(IsHere, branch =>
        {
            branch.Use((context, next) => security.AuthenticateAsync(context, new RequestDelegate(next)));
            branch.UseResponseCompression();
            branch.Run(context => AnswerAsync(context, host));
        });
    }

    private static bool IsHere(HttpContext context) => context.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(Mark) == true;

    private static async Task AnswerAsync(HttpContext context, HostCollector host)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }
        switch (context.Request.Path.Value)
        {
            case "/metrics":
                await MetricsRoutes.WriteHostAsync(context, host);
                break;
            case "/" or "":
                context.Response.ContentType = "text/html; charset=utf-8";
                await context.Response.WriteAsync(Welcome, context.RequestAborted);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }
}
