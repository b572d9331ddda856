using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd;

/// <summary>One server over two sealed blocks and a log, that tests which only ask can share.</summary>
public sealed class QuietServer : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TouchlineProcess? _process;

    internal TouchlineProcess Process => _process!;

    public async ValueTask InitializeAsync()
    {
        StoredData.Write(_folder.File("data"));
        _process = await TouchlineProcess.StartAsync(_folder.Path, "--collector.interval=1s");
        await Eventually.TrueAsync(async () => await _process.ValueAsync("count(up)") == BuiltInJobs.Names.Count, "the first series are not there");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
        _folder.Dispose();
    }
}
