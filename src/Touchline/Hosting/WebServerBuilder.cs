namespace Touchline.Hosting;

/// <summary>What all web servers of this process begin with.</summary>
internal static class WebServerBuilder
{
    /// <param name="logging">Null where nothing is logged.</param>
    /// <param name="shutdownTimeout">What an open page or a long answer gets before its connection is cut.</param>
    public static WebApplicationBuilder Create(ILoggerProvider? logging, TimeSpan shutdownTimeout)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = "touchline",
            // Assets lie beside the executable, wherever it was started from.
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        if (logging is not null)
        {
            builder.Logging.AddProvider(logging);
            builder.Logging.SetMinimumLevel(LogLevel.Trace);
            // What hinders the start is told once, by whoever started it.
            builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        }
        builder.Services.AddRouting();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = shutdownTimeout);
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        return builder;
    }
}
