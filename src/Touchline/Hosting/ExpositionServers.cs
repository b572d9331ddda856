using System.Net;
using System.Net.Sockets;
using Touchline.Api;
using Touchline.Collectors;
using Touchline.Collectors.Containers;
using Touchline.Options;

namespace Touchline.Hosting;

/// <summary>
/// Ports of their own for metrics that are else served beside everything: who has an exporter on its usual port in configurations need
/// not change them. Only <c>/metrics</c> is there, with the users and certificates of the web server.
/// </summary>
internal sealed class ExpositionServers : IAsyncDisposable
{
    private readonly List<WebApplication> _servers = [];

    /// <summary>Starts those that were asked for. One whose port is taken is told of, and the rest goes on.</summary>
    public static async Task<ExpositionServers> StartAsync(IServiceProvider services, ServerOptions options, WebSecurity security)
    {
        var servers = new ExpositionServers();
        if (options.ContainersListenAddress is { } containers)
        {
            await servers.StartOneAsync(containers, services.GetRequiredService<ContainerCollector>(), security, services.GetRequiredService<ILoggerFactory>());
        }
        return servers;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    private async Task StartOneAsync(ListenAddress address, IMetricSource source, WebSecurity security, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<ExpositionServers>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "touchline", EnvironmentName = Environments.Production });
        builder.Services.AddRouting();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = 64;
            if (address.IsAny)
            {
                kestrel.ListenAnyIP(address.Port, security.Secure);
            }
            else if (IPAddress.TryParse(address.Host, out var ip))
            {
                kestrel.Listen(ip, address.Port, security.Secure);
            }
            else
            {
                kestrel.ListenLocalhost(address.Port, security.Secure);
            }
        });
        var server = builder.Build();
        server.Use((context, next) => security.AuthenticateAsync(context, new RequestDelegate(next)));
        server.MapMethods("/metrics", [HttpMethods.Get, HttpMethods.Head], context => MetricsRoutes.WriteAsync(context, source));
        try
        {
            await server.StartAsync();
            _servers.Add(server);
            logger.LogInformation("Metrics are served at {Address}/metrics too", address);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            logger.LogError("Cannot listen on {Address} for metrics: {Problem}", address, e.Message);
            await server.DisposeAsync();
        }
    }
}
