using System.IO.Compression;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.ResponseCompression;
using Touchline.Api;
using Touchline.Collectors.Containers;
using Touchline.Collectors.Host;
using Touchline.Options;

namespace Touchline.Hosting;

/// <summary>
/// Ports of their own for metrics that are else served beside everything: who has an exporter on its usual port in configurations need
/// not change them. Only <c>/metrics</c> is there, with the users and certificates of the web server.
/// </summary>
internal sealed class ExpositionServers : IAsyncDisposable
{
    private const int MostConnections = 64;

    private readonly List<WebApplication> _servers = [];

    /// <summary>Where they listen, once they do.</summary>
    public IReadOnlyList<string> Urls => [.. _servers.SelectMany(server => server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses)];

    /// <summary>Starts those that were asked for. One whose port is taken, as by the exporter itself, is told of, and the rest goes on.</summary>
    public static async Task<ExpositionServers> StartAsync(IServiceProvider services, ServerOptions options, WebSecurity security)
    {
        var servers = new ExpositionServers();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger<ExpositionServers>();
        if (options.HostListenAddresses.Count > 0)
        {
            var host = services.GetRequiredService<HostCollector>();
            await servers.StartOneAsync(options.HostListenAddresses, context => MetricsRoutes.WriteHostAsync(context, host), security, logger);
        }
        if (options.ContainersListenAddress is { } address)
        {
            var containers = services.GetRequiredService<ContainerCollector>();
            await servers.StartOneAsync([address], context => MetricsRoutes.WriteAsync(context, containers), security, logger);
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

    private async Task StartOneAsync(IReadOnlyList<ListenAddress> addresses, RequestDelegate metrics, WebSecurity security, ILogger logger)
    {
        var server = Build(addresses, metrics, security);
        try
        {
            await server.StartAsync();
            _servers.Add(server);
            logger.LogInformation("Metrics are served at {Addresses} too, below /metrics", string.Join(", ", addresses));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            logger.LogError("Cannot listen on {Addresses} for metrics: {Problem}", string.Join(", ", addresses), e.Message);
            await server.DisposeAsync();
        }
    }

    private static WebApplication Build(IReadOnlyList<ListenAddress> addresses, RequestDelegate metrics, WebSecurity security)
    {
        var builder = WebServerBuilder.Create(logging: null, TimeSpan.FromSeconds(1));
        builder.Services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.Providers.Add<GzipCompressionProvider>();
        });
        builder.Services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            ListenAddresses.Open(kestrel, addresses, security.Secure);
        });
        var server = builder.Build();
        server.Use((context, next) => security.AuthenticateAsync(context, new RequestDelegate(next)));
        server.UseResponseCompression();
        server.UseRouting();
        string[] getOrHead = [HttpMethods.Get, HttpMethods.Head];
        server.MapMethods("/metrics", getOrHead, metrics);
        server.MapMethods("/", getOrHead, context =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.WriteAsync("<!doctype html><title>Touchline</title><p><a href=\"metrics\">metrics</a>\n", context.RequestAborted);
        });
        return server;
    }
}
