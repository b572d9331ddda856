using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Touchline.Configuration;
using Touchline.Hosting;
using Touchline.Logging;
using Touchline.Model;
using Touchline.Options;
using Touchline.Storage;
using Touchline.Tsdb;

namespace Touchline.Tests.Hosting;

/// <summary>The whole application on a free port, over a store in a folder of its own. Nothing is collected unless a test says so.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-tests-").FullName;
    private readonly StringWriter _log = new();
    private Collection? _collection;

    private RunningServer(ServerOptions options, string? config, string? webConfig)
    {
        if (config is not null)
        {
            ConfigFile = Path.Combine(_folder, "prometheus.yml");
            File.WriteAllText(ConfigFile, config);
        }
        if (webConfig is not null)
        {
            WebConfigFile = Path.Combine(_folder, "web.yml");
            File.WriteAllText(WebConfigFile, webConfig);
        }
        Options = options with
        {
            ConfigFile = ConfigFile,
            DataPath = Path.Combine(_folder, "data"),
            ListenAddresses = [new ListenAddress("127.0.0.1", 0)],
        };
        var logging = new LineLoggerProvider(TextWriter.Synchronized(_log), LogFormat.Logfmt, LogLevel.Debug, TimeProvider.System);
        var security = WebSecurity.TryLoad(WebConfigFile, logging.CreateLogger("Touchline.Web"), TextWriter.Null);
        Assert.NotNull(security);
        Store = TsdbStore.Open(StorageSettings.Of(Options, new StorageConfig()), TimeProvider.System, logging.CreateLogger("Touchline.Tsdb"));
        Application = TouchlineApplication.Create(Options, RunningConfiguration.LoadInitial(Options), security, Store, logging, TimeProvider.System);
    }

    internal ServerOptions Options { get; }

    internal TsdbStore Store { get; }

    public WebApplication Application { get; }

    public string ConfigFile { get; } = "";

    public string WebConfigFile { get; } = "";

    public HttpClient Client { get; private set; } = new();

    internal static Task<RunningServer> StartAsync() => StartAsync(new ServerOptions());

    internal static async Task<RunningServer> StartAsync(ServerOptions options, string? config = null, string? webConfig = null)
    {
        var server = new RunningServer(options, config, webConfig);
        await server.Application.StartAsync();
        var address = server.Application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        server.Client = new HttpClient { BaseAddress = new Uri(address) };
        var state = server.Application.Services.GetRequiredService<ServerState>();
        state.Url = address;
        state.IsReady = true;
        return server;
    }

    /// <summary>Writes samples of one series.</summary>
    public void Append(Labels labels, params ReadOnlySpan<(long Time, double Value)> samples)
    {
        using var appender = Store.OpenAppender();
        SeriesRef series = default;
        foreach (var (time, value) in samples)
        {
            Assert.Equal(AppendStatus.Stored, appender.Append(ref series, labels, time, value));
        }
        Assert.Equal(CommitStatus.Committed, appender.Commit());
    }

    public void AppendExemplar(Labels labels, (long Time, double Value) sample, Exemplar exemplar)
    {
        using var appender = Store.OpenAppender();
        SeriesRef series = default;
        appender.Append(ref series, labels, sample.Time, sample.Value);
        Assert.Equal(AppendStatus.Stored, appender.AppendExemplar(series, exemplar));
        Assert.Equal(CommitStatus.Committed, appender.Commit());
    }

    internal void SetMetadata(string metric, MetricMetadata metadata)
    {
        using var appender = Store.OpenAppender();
        appender.SetMetadata(metric, metadata);
        appender.Commit();
    }

    /// <summary>Starts what fills the store, which otherwise stays as the test made it.</summary>
    public void Collect()
    {
        _collection = Application.Services.GetRequiredService<Collection>();
        _collection.Start();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_collection is not null)
        {
            await _collection.StopAsync();
        }
        await Application.StopAsync();
        await Application.DisposeAsync();
        Store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
