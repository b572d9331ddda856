using Microsoft.AspNetCore.Server.Kestrel.Core;
using Touchline.Hosting;
using Touchline.Options;

namespace Touchline.Agent;

/// <summary>The web server of an agent: no more of it than what the endpoints need.</summary>
internal static class AgentApplication
{
    private const int MaxConnections = 64;
    private const long MaxRequestBytes = 64 * 1024;

    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    public static WebApplication Create(ServerOptions options, WebSecurity security, ILoggerProvider logging)
    {
        var builder = WebServerBuilder.Create(logging, ShutdownTimeout);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listen(kestrel, options, security));
        if (security.Scheme == "https")
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }
        var app = builder.Build();
        if (options.RoutePrefix.Length > 0)
        {
            app.UsePathBase(options.RoutePrefix);
        }
        app.Use((context, next) => security.AuthenticateAsync(context, new RequestDelegate(next)));
        app.UseMiddlewareForUnknownPaths();
        app.UseRouting();
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, ServerOptions options, WebSecurity security)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
        kestrel.Limits.MaxConcurrentConnections = Math.Min(MaxConnections, options.MaxConnections);
        ListenAddresses.Open(kestrel, options.ListenAddresses, security.Secure);
    }
}
