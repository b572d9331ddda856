using System.Text.Json;
using System.Text.Json.Serialization;
using FootballPrediction.Api;
using FootballPrediction.Evaluation;
using FootballPrediction.Faults;
using FootballPrediction.Feed;
using FootballPrediction.Metrics;
using FootballPrediction.Models;
using FootballPrediction.Simulation;
using FootballPrediction.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Prometheus;

namespace FootballPrediction;

/// <summary>Puts the service together.</summary>
internal static class FootballApplication
{
    private const int LargestBody = 64 * 1024;

    public static WebApplication Build(ServiceOptions options, FaultBoard faults, TimeProvider? time = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(options.Urls);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
        });
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter(nameof(FootballPrediction), LogLevel.Information);

        // The error handler says in one line what matters.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None);

        // Nor does a failed start need a stack trace: the program says why in one line. A crash of the insides still shows.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);

        // An open connection must not hold up the end.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.Never);
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<ErrorAnswers>();

        IServiceCollection services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(faults);
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddSingleton<ServiceMetrics>();
        services.AddSingleton(CreateBackend(options));
        services.AddSingleton<Database>();
        services.AddSingleton<MatchTable>();
        services.AddSingleton<PredictionCache>();
        services.AddSingleton<PredictionTable>();
        services.AddSingleton<FeedTable>();
        services.AddSingleton<SettingsTable>();
        services.AddSingleton<ModelShelf>();
        services.AddSingleton<ModelFitter>();
        services.AddSingleton<Forecaster>();
        services.AddSingleton<Evaluator>();
        services.AddSingleton<FeedIngester>();
        services.AddSingleton<LeagueClock>();
        services.AddSingleton<FeedStatus>();
        services.AddHostedService<SeasonLoop>();
        services.AddHostedService<HostUsageSampler>();
        services.AddHostedService<MemoryLeak>();

        WebApplication app = builder.Build();
        app.UseMiddleware<RequestMeasurement>();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapGet("/", Describe);
        PredictionEndpoints.Map(app);
        LeagueEndpoints.Map(app);
        HealthEndpoints.Map(app);
        FaultEndpoints.Map(app);
        app.MapMetrics("/metrics", app.Services.GetRequiredService<ServiceMetrics>().Registry);
        return app;
    }

    /// <summary>The database by itself, for commands that serve nothing.</summary>
    public static ISqlBackend CreateBackend(ServiceOptions options)
    {
        if (!string.IsNullOrWhiteSpace(options.Postgres))
        {
            return new PostgresBackend(options.Postgres);
        }

        Directory.CreateDirectory(options.DataDirectory);
        return new SqliteBackend(Path.Combine(options.DataDirectory, "football.db"));
    }

    private static object Describe(LeagueClock clock) => new
    {
        service = "FootballPrediction",
        leagueTime = clock.Now,
        endpoints = new[]
        {
            "POST /predictions {\"home\", \"away\", \"model\"}", "GET /predictions/{id}", "GET /matches", "GET /teams", "GET /models",
            "GET /models/{model}/evaluation", "GET /health/live", "GET /health/ready", "GET /metrics",
        },
    };
}
