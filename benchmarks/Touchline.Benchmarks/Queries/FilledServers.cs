using System.Globalization;
using Touchline.Benchmarks.Servers;
using Touchline.Benchmarks.Streams;

namespace Touchline.Benchmarks.Queries;

/// <summary>
/// All servers side by side, each filled with the same streams and compacted. With <c>--data FOLDER</c> what they keep stays there, and the next
/// run with that folder asks the same data without filling them again.
/// </summary>
internal sealed class FilledServers : IDisposable
{
    private readonly string _folder;
    private readonly bool _isKept;
    private readonly List<Server> _servers = [];

    private FilledServers(string folder, bool isKept)
    {
        _folder = folder;
        _isKept = isKept;
    }

    public IReadOnlyList<Server> Servers => _servers;

    public IReadOnlyList<WriteStream> Streams { get; private set; } = [];

    /// <summary>Of all streams together.</summary>
    public long Samples { get; private set; }

    /// <param name="arguments">Those of the command.</param>
    /// <param name="makeStreams">The streams, given the time (ms) that they begin at.</param>
    /// <param name="steps">Of 15 s: how long the streams are.</param>
    public static async Task<FilledServers> StartAsync(BenchmarkArguments arguments, int steps, Func<long, Task<IReadOnlyList<WriteStream>>> makeStreams)
    {
        var kept = arguments.Option("--data", [""])[0];
        var filled = kept.Length > 0
            ? new FilledServers(Directory.CreateDirectory(kept).FullName, isKept: true)
            : new FilledServers(Directory.CreateTempSubdirectory("touchline-filled-").FullName, isKept: false);
        try
        {
            await filled.FillAsync(arguments, steps, makeStreams);
            return filled;
        }
        catch
        {
            filled.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _servers.ForEach(server => server.Dispose());
        if (!_isKept)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>The bodies of all streams so that their times go on together: a server may refuse what lies an hour behind the newest.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> SideBySide(IReadOnlyList<BodyFile> files)
    {
        var open = files.Select(file => file.Bodies().GetEnumerator()).ToList();
        var sent = new long[open.Count];
        var counts = files.Select(file => (long)file.Bodies().Count()).ToArray();
        while (true)
        {
            var next = Enumerable.Range(0, open.Count).Where(i => sent[i] < counts[i]).OrderBy(i => (double)sent[i] / counts[i]).FirstOrDefault(-1);
            if (next < 0 || !open[next].MoveNext())
            {
                break;
            }
            sent[next]++;
            yield return open[next].Current;
        }
        open.ForEach(stream => stream.Dispose());
    }

    private async Task FillAsync(BenchmarkArguments arguments, int steps, Func<long, Task<IReadOnlyList<WriteStream>>> makeStreams)
    {
        var note = Path.Combine(_folder, "stream");
        var start = File.Exists(note) ? long.Parse((await File.ReadAllTextAsync(note)).Split(' ')[0], CultureInfo.InvariantCulture) : WriteStream.StartOf(steps);
        Streams = await makeStreams(start);
        var contenders = Contender.Of(arguments);
        if (File.Exists(note))
        {
            Samples = long.Parse((await File.ReadAllTextAsync(note)).Split(' ')[1], CultureInfo.InvariantCulture);
            foreach (var contender in contenders)
            {
                _servers.Add(await contender.StartAsync(Path.Combine(_folder, contender.Name)));
            }
            return;
        }
        var bodies = Streams.Select((stream, i) => BodyFile.Write(stream, Path.Combine(_folder, $"bodies-{i}"))).ToList();
        Samples = bodies.Sum(file => file.Samples);
        foreach (var contender in contenders)
        {
            var server = await contender.StartAsync(Path.Combine(_folder, contender.Name));
            _servers.Add(server);
            _ = await Loader.SendAsync(server, SideBySide(bodies));
            _ = await contender.SettleAsync(server);
            _ = await contender.CompactedAsync(server, Samples);
        }
        bodies.ForEach(file => file.Dispose());
        await File.WriteAllTextAsync(note, string.Create(CultureInfo.InvariantCulture, $"{start} {Samples}"));
    }
}
