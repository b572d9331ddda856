using System.IO.Compression;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Touchline.Api;
using Touchline.Collectors.Containers;
using Touchline.Collectors.Host;
using Touchline.Collectors.OwnProcess;
using Touchline.Collectors.Probes;
using Touchline.Configuration;
using Touchline.Health;
using Touchline.Options;
using Touchline.Probes;
using Touchline.PromQL;
using Touchline.Queries;
using Touchline.RemoteWrite;
using Touchline.RemoteWrite.Sending;
using Touchline.Scraping;
using Touchline.Storage;
using Touchline.Telemetry;
using Touchline.Tsdb;
using Touchline.Views;
using Touchline.Web;
using Touchline.Web.Views;

namespace Touchline.Hosting;

/// <summary>Puts the rooms together into one web application. Nothing runs before it is started.</summary>
internal static class TouchlineApplication
{
    /// <summary>What Go's form reader takes, and so what Prometheus does.</summary>
    private const int MaxRequestBytes = 10 * 1024 * 1024;

    /// <summary>Queries come in URLs too; beyond this they belong in a form.</summary>
    private const int MaxRequestLineBytes = 256 * 1024;

    private const int MaxResponseBufferBytes = 1024 * 1024;

    /// <summary>What an open page or a long answer gets before its connection is cut, of the five seconds that stopping may take.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    /// <param name="store">Stays with the caller, who closes it after the application.</param>
    public static WebApplication Create(
        ServerOptions options, ConfigLoadResult configuration, WebSecurity security, TsdbStore store, ILoggerProvider logging, TimeProvider time)
    {
        var builder = WebServerBuilder.Create(logging, ShutdownTimeout);
        // Its keys live in memory only, and so need no protection on disk.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseKestrel(kestrel => Listen(kestrel, options, security));

        var services = builder.Services;
        services.AddResponseCompression(compression =>
        {
            compression.Providers.Add<GzipCompressionProvider>();
            compression.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "application/openmetrics-text"];
        });
        services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
        services.Configure<FormOptions>(form =>
        {
            form.ValueLengthLimit = MaxRequestBytes;
            form.BufferBodyLengthLimit = MaxRequestBytes;
        });

        services.AddSingleton(time);
        services.AddSingleton(options);
        services.AddSingleton<ServerState>();
        // The store is not disposed with the container: it outlives everything that writes to it.
        services.AddSingleton(store);
        services.AddSingleton<IMetricQueryable>(store);
        services.AddSingleton(provider => new RemoteWriteSender(
            store, SendingSettings.Of(options), time, provider.GetRequiredService<ILogger<RemoteWriteSender>>()));
        services.AddSingleton(provider => provider.GetRequiredService<RemoteWriteSender>().Store);
        services.AddSingleton<IExemplarQueryable>(store);
        services.AddSingleton(new PromQLEngine(store, QueryOptions(options, configuration.Config), time));
        services.AddSingleton(provider => WatchedQueryEngine.Over(
            provider.GetRequiredService<PromQLEngine>(), ServerState.DataPath(options), logging.CreateLogger("Touchline.Queries"), time));
        services.AddSingleton(provider => new MeasuredQueryEngine(provider.GetRequiredService<WatchedQueryEngine>(), time));
        services.AddSingleton<IQueryEngine>(provider => provider.GetRequiredService<MeasuredQueryEngine>());
        services.AddSingleton(provider => new RunningConfiguration(
            options, configuration, time, provider.GetRequiredService<ILogger<RunningConfiguration>>()));
        services.AddSingleton(provider => new Scraper(
            provider.GetRequiredService<IMetricAppendable>(), time, provider.GetRequiredService<ILogger<Scraper>>(), options.Features.HasFlag(PromQLFeatures.TypeAndUnitLabels)));
        services.AddSingleton<ConfigurationReload>();
        services.AddSingleton<MiddlewareServers>();
        services.AddSingleton<ProbeModules>();
        services.AddSingleton<ProbeRunner>();
        services.AddSingleton<Checks>();
        services.AddSingleton<ServiceHealthReader>();
        services.AddSingleton<Collection>();
        services.AddSingleton<BuiltInCollection>();
        services.AddSingleton<BuiltInTargets>();
        services.AddSingleton<TargetRegistry>();
        services.AddSingleton<QueryGate>();
        services.AddSingleton<QueryEndpoints>();
        services.AddSingleton<ExemplarEndpoint>();
        services.AddSingleton<SeriesEndpoints>();
        services.AddSingleton<TargetEndpoints>();
        services.AddSingleton<FederationEndpoint>();
        services.AddSingleton(new RemoteWriteOptions());
        services.AddSingleton<RemoteWriteAdmission>();
        services.AddSingleton<RemoteWriteReceiver>();
        services.AddSingleton<RemoteWriteEndpoint>();
        services.AddSingleton<RemoteWriteSource>();
        services.AddSingleton<RemoteStorageSource>();
        services.AddSingleton<RemoteWriteStatusEndpoint>();
        services.AddPushReception(options);
        services.AddSingleton<ConfigurationEndpoints>();
        services.AddSingleton<StatusEndpoints>();
        services.AddSingleton<UnreadMetricsEndpoint>();
        services.AddSingleton<AdminEndpoints>();
        services.AddSingleton<CardinalityEndpoint>();
        services.AddSingleton<HttpRequestFigures>();
        services.AddSingleton<ServerSource>();
        services.AddSingleton<ProcessCollector>();
        services.AddSingleton<SelfSource>();
        services.AddSingleton(options.Host);
        services.AddSingleton<HostCollector>();
        services.AddSingleton(options.ContainersOfHost);
        services.AddSingleton<ContainerCollector>();
        services.AddSingleton<ContainersEndpoint>();
        services.AddSingleton<ITargetsView, TargetsView>();
        services.AddSingleton<IDiscoveryView, DiscoveryView>();
        services.AddSingleton<IStatusView, StatusView>();
        services.AddSingleton<IQueriesView, QueriesView>();
        services.AddSingleton<IServicesView, ServicesView>();
        services.AddSingleton<IContainersView, ContainersView>();
        services.AddTouchlineWeb();

        var app = builder.Build();
        if (options.RoutePrefix.Length > 0)
        {
            app.UsePathBase(options.RoutePrefix);
        }
        var figures = app.Services.GetRequiredService<HttpRequestFigures>();
        app.Use((context, next) => figures.MeasureAsync(context, new RequestDelegate(next)));
        app.Use((context, next) => security.AuthenticateAsync(context, new RequestDelegate(next)));
        app.UseResponseCompression();
        app.UseMiddlewareForUnknownPaths();
        app.UseRouting();
        app.MapApi();
        app.MapMetrics();
        app.MapProbe();
        app.MapHealth();
        FederationEndpoint.Map(app);
        RemoteWriteEndpoint.Map(app);
        PushEndpoints.Map(app);
        TextImportEndpoint.Map(app);
        app.MapManagement();
        app.MapTouchlineWeb();
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, ServerOptions options, WebSecurity security)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
        kestrel.Limits.MaxRequestLineSize = MaxRequestLineBytes;
        // So that text of the next numbers is made while the last is sent.
        kestrel.Limits.MaxResponseBufferSize = MaxResponseBufferBytes;
        kestrel.Limits.MaxRequestBufferSize = 2 * MaxRequestLineBytes;
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = options.MaxConnections;
        ListenAddresses.Open(kestrel, options.ListenAddresses, security.Secure);
    }

    private static PromQLOptions QueryOptions(ServerOptions options, PrometheusConfig? configuration) => new()
    {
        LookbackDeltaMs = options.LookbackDeltaMs,
        TimeoutMs = options.QueryTimeoutMs,
        MaxSamples = options.QueryMaxSamples,
        MaxConcurrency = options.QueryMaxConcurrency,
        RangeCacheBytes = options.QueryRangeCacheBytes,
        DefaultSubqueryStepMs = configuration?.Global.EvaluationIntervalMs ?? new GlobalConfig().EvaluationIntervalMs,
        Features = options.Features,
    };
}
