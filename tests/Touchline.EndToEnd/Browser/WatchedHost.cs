using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd.Browser;

/// <summary>A Touchline that has watched its host for some seconds, for all tests of a class that only look.</summary>
public sealed class WatchedHost : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TouchlineProcess? _touchline;

    public Uri Address => _touchline!.Url;

    public async ValueTask InitializeAsync()
    {
        var touchline = _touchline = await TouchlineProcess.StartAsync(_folder.Path, "--collector.interval=500ms");
        await Eventually.TrueAsync(async () => await touchline.ValueAsync("count_over_time(node_load1[1m])") is > 20, "the host is not read");
    }

    public async ValueTask DisposeAsync()
    {
        if (_touchline is not null)
        {
            await _touchline.DisposeAsync();
        }
        _folder.Dispose();
    }
}
