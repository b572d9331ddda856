using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Touchline.Hosting;
using Touchline.Options;

namespace Touchline.Health;

/// <summary>
/// The status pages on addresses of their own, and nothing else: no other path, no password. Whoever may only see whether services are up is let
/// in here, and whatever they do to it is not done to the rest.
/// </summary>
internal static class HealthServer
{
    private const int MostConnections = 512;
    private const int LargestRequestBody = 0;
    private const int LongestRequestLine = 4 * 1024;
    private const int LargestHeaders = 16 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The server, not started yet; null where nobody wants one.</summary>
    public static WebApplication? Create(ServerOptions options, WebSecurity security, ServiceHealthReader reader, ILoggerProvider logging, TimeProvider time)
    {
        if (options.HealthListenAddresses.Count == 0)
        {
            return null;
        }
        var builder = WebServerBuilder.Create(logging, ShutdownTimeout);
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestBodySize = LargestRequestBody;
            kestrel.Limits.MaxRequestLineSize = LongestRequestLine;
            kestrel.Limits.MaxRequestHeadersTotalSize = LargestHeaders;
            kestrel.Limits.RequestHeadersTimeout = Patience;
            kestrel.Limits.KeepAliveTimeout = Patience;
            ListenAddresses.Open(kestrel, options.HealthListenAddresses, security.Secure);
        });
        builder.Services.AddSingleton(time);
        var app = builder.Build();
        app.UseRouting();
        app.MapPublicHealth(reader);
        app.MapFallback(context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync("404 page not found\n", context.RequestAborted);
        });
        return app;
    }

    /// <summary>Where it listens, once it does.</summary>
    public static string Url(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
}
