using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Touchline.Configuration;
using Touchline.Model;
using Touchline.Options;
using Touchline.Push.StatsD;
using Touchline.RemoteWrite.Sending;
using Touchline.Tests.Hosting;

namespace Touchline.Tests.Telemetry;

/// <summary>A metric that the documentation names is told at /metrics, by that name.</summary>
public sealed partial class DocumentedMetricsTests
{
    [Fact]
    public async Task Every_metric_that_the_documentation_names_is_told()
    {
        var documented = Directory.EnumerateFiles(Path.Combine(Root(), "docs"), "*.md", SearchOption.AllDirectories)
            .SelectMany(file => Name().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .ToHashSet(StringComparer.Ordinal);
        Assert.True(documented.Count > 20, string.Join(", ", documented));
        await using var server = await RunningServer.StartAsync(new ServerOptions
        {
            EnableRemoteWriteReceiver = true,
            EnablePushReceiver = true,
            StatsD = new StatsDOptions { UdpAddress = "127.0.0.1:0", RelayAddresses = ["127.0.0.1:9"] },
            MaxSeries = 1,
        });
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        server.Append(Labels.Of("__name__", "first", "job", "a"), (now, 1));
        // Some are told only once there is something to tell of.
        server.Application.Services.GetRequiredService<RemoteWriteSender>().Apply([new RemoteWriteConfig { Url = new Uri("http://127.0.0.1:9/write") }], Labels.Empty);
        server.Application.Services.GetRequiredService<StatsDReceiver>().Start();
        using (var appender = server.Store.OpenAppender())
        {
            var reference = default(Storage.SeriesRef);
            appender.Append(ref reference, Labels.Of("__name__", "second", "job", "a"), now, 1);
        }
        using var refused = await server.Client.PostAsync(new Uri("/api/v1/write", UriKind.Relative), new ByteArrayContent([1, 2, 3]));

        var told = await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        var families = told.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]).ToHashSet(StringComparer.Ordinal);
        // Those of containers are told at /metrics/cadvisor, where there are some; the collector's own tests look for them.
        Assert.Empty(documented.Except(families).Where(name => !name.StartsWith("touchline_container_", StringComparison.Ordinal)).Order());
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Touchline.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Touchline.slnx is in no folder above the tests");
        }
        return folder;
    }

    [GeneratedRegex("`((?:touchline|prometheus)_[a-z_]*[a-z])[`{]")]
    private static partial Regex Name();
}
