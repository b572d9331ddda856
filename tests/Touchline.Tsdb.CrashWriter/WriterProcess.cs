using System.Diagnostics;
using System.Globalization;

namespace Touchline.Tsdb.CrashWriter;

/// <summary>The writing process, and what it has promised. Killed at dispose at the latest.</summary>
public sealed class WriterProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Thread _reading;
    private readonly ManualResetEventSlim _first = new();
    private readonly ManualResetEventSlim _closing = new();
    private long _acknowledged = -1;
    private int _deletedBefore;
    private volatile bool _isCompacting;

    /// <param name="directory">The data directory.</param>
    /// <param name="firstStep">The step to begin with.</param>
    /// <param name="seed">What it does when beside writing.</param>
    /// <param name="wrapper">A program and its arguments that run the writer, if any.</param>
    public WriterProcess(string directory, long firstStep, int seed = 1, params string[] wrapper)
    {
        var program = Path.Combine(AppContext.BaseDirectory, typeof(WrittenSamples).Assembly.GetName().Name!);
        string[] words = [.. wrapper, program, directory, firstStep.ToString(CultureInfo.InvariantCulture), seed.ToString(CultureInfo.InvariantCulture)];
        _process = Process.Start(new ProcessStartInfo(words[0], words.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _reading = new Thread(ReadLines);
        _reading.Start();
        Error = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The last step whose commit the process has confirmed; -1 before the first.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>The last step that is known to be on disk, the segment that was written then, its length then and when that was; null where there is none.</summary>
    public (long Step, long Length, string Segment, DateTime Taken)? Durable { get; private set; }

    /// <summary>How many of <see cref="Deleted"/> are surely within that length.</summary>
    public int DurablyDeleted { get; private set; }

    /// <summary>Snapshots that were made, and the one that was begun, in order.</summary>
    public List<WrittenSnapshot> Snapshots { get; } = [];

    /// <summary>Whether blocks were being looked at for compaction when it last said something about it.</summary>
    public bool IsCompacting => _isCompacting;

    /// <summary>Stretches of series that were deleted, steps inclusive.</summary>
    public List<Stretch> Deleted { get; } = [];

    /// <summary>The stretch that was being deleted at the end, if any.</summary>
    public Stretch? Deleting { get; private set; }

    /// <summary>Whether it is closing its store.</summary>
    public bool IsClosing => _closing.IsSet;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What the process complained about, once it has ended.</summary>
    public Task<string> Error { get; }

    public void WaitForFirst() => Wait(_first, "wrote nothing");

    public void WaitUntilClosing() => Wait(_closing, "did not close its store");

    /// <summary>SIGKILL, where the process has not ended already. Afterwards everything that it ever promised is known.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
        _reading.Join();
    }

    /// <summary>Waits for an end that is expected, and answers what it complained about.</summary>
    public (int ExitCode, string Error) WaitForExit()
    {
        _process.WaitForExit();
        _reading.Join();
        return (_process.ExitCode, Error.Result);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        _process.WaitForExit();
        _reading.Join();
        _process.Dispose();
        _first.Dispose();
        _closing.Dispose();
    }

    private void Wait(ManualResetEventSlim what, string otherwise)
    {
        for (var waited = Stopwatch.StartNew(); !what.Wait(20);)
        {
            if (_process.HasExited)
            {
                throw new FaultFoundException($"the writer ended by itself with {_process.ExitCode}: {Error.Result}");
            }
            if (waited.Elapsed > Patience)
            {
                throw new FaultFoundException($"the writer {otherwise} within {Patience}");
            }
        }
    }

    /// <summary>Each line ends with a newline, which a kill may have cut off together with digits: such a line is no promise.</summary>
    private void ReadLines()
    {
        var rest = "";
        var buffer = new char[4096];
        for (int read; (read = _process.StandardOutput.Read(buffer)) > 0;)
        {
            var lines = (rest + new string(buffer, 0, read)).Split('\n');
            foreach (var line in lines[..^1])
            {
                Understand(line.Split(' '));
            }
            rest = lines[^1];
        }
    }

    private void Understand(string[] words)
    {
        switch (words[0])
        {
            case "durable":
                // The length was taken after the line before was printed.
                DurablyDeleted = _deletedBefore;
                _deletedBefore = Deleted.Count;
                Durable = (Number(words[1]), Number(words[2]), words[3], new DateTime(Number(words[4]), DateTimeKind.Utc));
                break;
            case "deleting":
                Deleting = ReadStretch(words);
                break;
            case "deleted":
                Deleted.Add(ReadStretch(words));
                Deleting = null;
                break;
            case "compacting" or "compacted":
                _isCompacting = words[0] == "compacting";
                break;
            case "snapshotting":
                Snapshots.Add(new WrittenSnapshot(Number(words[1]), Deleted.Count));
                break;
            case "snapshotted":
                var done = Snapshots[^1];
                (done.Name, done.NewestPossible) = (words[1], Number(words[2]));
                (done.DeletedUntil, done.Deleting) = (Deleted.Count, Deleting);
                break;
            case "closing":
                _closing.Set();
                break;
            case "closed":
                _closing.Reset();
                break;
            default:
                Interlocked.Exchange(ref _acknowledged, Number(words[0]));
                _first.Set();
                break;
        }
    }

    private static Stretch ReadStretch(string[] words) => new((int)Number(words[1]), Number(words[2]), Number(words[3]), Number(words[4]));

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
