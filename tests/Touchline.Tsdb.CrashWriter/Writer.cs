using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Tsdb.CrashWriter;

/// <summary>
/// Writes as fast as it can, some of it late, and has the store do everything that it ever does meanwhile: cut, compact and delete blocks, shorten
/// the log, delete series, make snapshots, close (with its head sealed or not) and open again. Each promise is printed once it is made, one a line, as <see cref="WriterProcess"/> reads it.
/// </summary>
internal sealed class Writer(string directory, long firstStep, int seed)
{
    private readonly Random _random = new(seed);
    private readonly Lock _output = new();
    private readonly SeriesRef[] _references = new SeriesRef[WrittenSamples.Series];
    private long _step = firstStep;

    public int Run()
    {
        while (true)
        {
            TsdbStore store;
            try
            {
                store = TsdbStore.Open(WrittenSamples.Options(directory, seals: _random.Next(3) > 0), TimeProvider.System, NullLogger.Instance);
            }
            catch (TsdbOpenException e)
            {
                Console.Error.WriteLine(e.Message);
                return 2;
            }
            Array.Clear(_references);
            using (store)
            {
                using (var background = new Background(store, directory, Say))
                {
                    WriteSteps(store, background, steps: _random.Next(100, 1500));
                }
                Say("closing");
            }
            Say("closed");
        }
    }

    private void WriteSteps(TsdbStore store, Background background, int steps)
    {
        using var appender = store.OpenAppender();
        for (var last = _step + steps; _step < last; _step++)
        {
            for (var i = 0; i < WrittenSamples.Series; i++)
            {
                foreach (var step in WrittenSamples.StepsOfBatch(i, _step))
                {
                    Append(appender, i, step);
                }
            }
            if (appender.Commit() != CommitStatus.Committed)
            {
                throw new FaultFoundException($"step {_step} could not be committed: {store.Status().RefusingBecause}");
            }
            Say(_step.ToString(CultureInfo.InvariantCulture));
            background.Committed(_step);
            if (_step > 0 && _random.Next(40) == 0)
            {
                Delete(store);
            }
            // As fast as the maintenance of blocks goes, so that there is always some of it to be killed in.
            for (var waited = 0; waited < 100 && _step - WrittenSamples.Step(store.Status().HeadMinTimeMs) > 5 * WrittenSamples.BlockSteps; waited++)
            {
                Thread.Sleep(1);
            }
        }
    }

    private void Append(IAppender appender, int series, long step)
    {
        ref var reference = ref _references[series];
        var (labels, time) = (WrittenSamples.Labels(series), WrittenSamples.Time(step));
        var status = series < WrittenSamples.FirstHistogram
            ? appender.Append(ref reference, labels, time, WrittenSamples.Value(series, step))
            : appender.AppendHistogram(ref reference, labels, time, WrittenSamples.Histogram(series, step));
        // The step after the last one printed may have been committed before the kill.
        if (status is not (AppendStatus.Stored or AppendStatus.Duplicate))
        {
            throw new FaultFoundException($"step {step} in batch {_step}, series {series}: {status}");
        }
    }

    /// <summary>Deletes a stretch of one series, in the head, in blocks or in both.</summary>
    private void Delete(TsdbStore store)
    {
        var series = _random.Next(WrittenSamples.Series);
        var from = Math.Max(0, _step - _random.Next(1, 200));
        // Never the newest step, which tells whether a batch is there as a whole.
        var to = Math.Min(_step - 1, from + _random.Next(30));
        var stretch = string.Create(CultureInfo.InvariantCulture, $"{series} {from} {to} {_step}");
        Say("deleting " + stretch);
        store.DeleteSeries(
            [new LabelMatcher(Model.MatchType.Equal, "series", $"{series}")], WrittenSamples.Time(from), WrittenSamples.Time(to), CancellationToken.None);
        Say("deleted " + stretch);
    }

    private void Say(string line)
    {
        lock (_output)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }

    /// <summary>What happens beside the writing, until the store is closed.</summary>
    private sealed class Background : IDisposable
    {
        private readonly ManualResetEventSlim _stop = new();
        private readonly TsdbStore _store;
        private readonly string _directory;
        private readonly Action<string> _say;
        private readonly List<Thread> _threads;
        private long _committed = -1;

        public Background(TsdbStore store, string directory, Action<string> say)
        {
            _store = store;
            _directory = directory;
            _say = say;
            _threads = [Repeat(store.RunMaintenance, 2), Repeat(Compact, 3), Repeat(ReportDurable, 1), Repeat(MakeSnapshot, 150)];
        }

        public void Committed(long step) => Volatile.Write(ref _committed, step);

        public void Dispose()
        {
            _stop.Set();
            _threads.ForEach(thread => thread.Join());
            _stop.Dispose();
        }

        private Thread Repeat(Action action, int pauseMs)
        {
            var thread = new Thread(() =>
            {
                while (!_stop.Wait(pauseMs))
                {
                    action();
                }
            })
            { IsBackground = true };
            thread.Start();
            return thread;
        }

        private void Compact()
        {
            _say("compacting");
            _store.RunCompaction();
            _say("compacted");
        }

        private void MakeSnapshot()
        {
            if (Volatile.Read(ref _committed) is >= 0 and var step)
            {
                _say(string.Create(CultureInfo.InvariantCulture, $"snapshotting {step}"));
                var name = _store.Snapshot(skipHead: false, CancellationToken.None);
                // The batch that is being written may be in it.
                _say(string.Create(CultureInfo.InvariantCulture, $"snapshotted {name} {Volatile.Read(ref _committed) + 1}"));
            }
        }

        /// <summary>A step that was committed before two syncs began and ended is on disk, and the segment has at least the length that it had then.</summary>
        private void ReportDurable()
        {
            var step = Volatile.Read(ref _committed);
            var segment = Directory.EnumerateFiles(Path.Combine(_directory, "wal"), "*.wal").Max(StringComparer.Ordinal);
            if (step < 0 || segment is null)
            {
                return;
            }
            var (length, taken) = (new FileInfo(segment).Length, DateTime.UtcNow.Ticks);
            for (var syncs = _store.Status().WalSyncs; _store.Status().WalSyncs < syncs + 2;)
            {
                if (_stop.Wait(2))
                {
                    return;
                }
            }
            _say(string.Create(CultureInfo.InvariantCulture, $"durable {step} {length} {Path.GetFileName(segment)} {taken}"));
        }
    }
}
