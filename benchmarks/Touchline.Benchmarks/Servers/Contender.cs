using System.Globalization;
using System.Text.Json;

namespace Touchline.Benchmarks.Servers;

/// <summary>How one of the compared servers is started, how it is known to be done, and what of its files is counted.</summary>
internal abstract class Contender(BenchmarkArguments arguments)
{
    public static readonly string[] Names = ["prometheus", "victoria-metrics", "touchline"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public abstract string Name { get; }

    /// <summary>The page a user opens first.</summary>
    public virtual string FrontPage => "/";

    protected BenchmarkArguments Arguments => arguments;

    protected abstract int Port { get; }

    /// <param name="arguments">Those of the command; <c>--only</c> chooses.</param>
    /// <param name="otherwise">Who runs where it does not; all where none is named.</param>
    public static IReadOnlyList<Contender> Of(BenchmarkArguments arguments, params string[] otherwise) =>
        [.. arguments.Option("--only", otherwise.Length == 0 ? Names : otherwise).Select<string, Contender>(name => name switch
        {
            "prometheus" => new Prometheus(arguments),
            "victoria-metrics" => new VictoriaMetrics(arguments),
            "touchline" => new TouchlineServer(arguments),
            _ => throw new ArgumentException($"there is no server {name}; there are {string.Join(", ", Names)}"),
        })];

    /// <summary>Starts the server on a folder, new or left by an earlier run, and waits until it answers.</summary>
    public Task<Server> StartAsync(string folder)
    {
        var words = Command(folder);
        return Server.StartAsync(Name, words[0], Port, folder, [.. words.Skip(1)], Patience);
    }

    /// <summary>Starts the server and does not wait for it.</summary>
    /// <param name="folder">As for <see cref="StartAsync"/>.</param>
    /// <param name="behind">A command that changes what the program may do, and its arguments.</param>
    public Server Launch(string folder, params string[] behind)
    {
        string[] words = [.. behind, .. Command(folder)];
        return Server.Launch(Name, words[0], Port, folder, [.. words.Skip(1)]);
    }

    /// <summary>Waits until everything that was acknowledged is flushed and work in the background is done; answers the CPU seconds then.</summary>
    public virtual Task<double> SettleAsync(Server server) => server.IdleAsync(TimeSpan.FromSeconds(2), Patience);

    /// <summary>Has the server compact what it can, and answers the bytes and the samples that are in them.</summary>
    public abstract Task<(long Bytes, long Samples)> CompactedAsync(Server server, long samples);

    protected abstract IReadOnlyList<string> Command(string folder);

    /// <summary>A configuration that watches nothing, so that only what is sent is stored.</summary>
    protected static string EmptyConfiguration(string folder)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "prometheus.yml");
        File.WriteAllText(file, "scrape_configs: []\n");
        return file;
    }

    /// <summary>The folder of a snapshot of everything, the samples in memory included; null where the server has no such call.</summary>
    protected static async Task<string?> SnapshotAsync(Server server)
    {
        using var http = new HttpClient { Timeout = Patience };
        using var answer = await http.PostAsync($"{server.Address}/api/v1/admin/tsdb/snapshot", null);
        if (!answer.IsSuccessStatusCode)
        {
            return null;
        }
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return Path.Combine(server.DataFolder, "snapshots", json.RootElement.GetProperty("data").GetProperty("name").GetString()!);
    }

    /// <summary>The sum of a metric over its label values, as the server's own /metrics gives it; 0 where there is none.</summary>
    protected static async Task<double> OwnMetricAsync(Server server, string name)
    {
        using var http = new HttpClient { Timeout = Patience };
        var text = await http.GetStringAsync(server.Address + "/metrics");
        return text.Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is ' ' or '{')
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
