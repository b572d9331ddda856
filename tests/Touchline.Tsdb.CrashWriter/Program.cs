using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Storage;
using Touchline.Tsdb;
using Touchline.Tsdb.CrashWriter;

// The process that crash tests kill: writes as fast as it can, cuts blocks and shortens the log meanwhile, and prints the number of each
// step once its batch is committed. Arguments: the data directory and the first step.
var directory = args[0];
var step = long.Parse(args[1], CultureInfo.InvariantCulture);
TsdbStore store;
try
{
    store = TsdbStore.Open(WrittenSamples.Options(directory), TimeProvider.System, NullLogger.Instance);
}
catch (TsdbOpenException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
using (store)
{
    var maintenance = new Thread(() =>
    {
        while (true)
        {
            store.RunMaintenance();
            Thread.Sleep(5);
        }
    })
    { IsBackground = true };
    maintenance.Start();

    using var appender = store.OpenAppender();
    var series = new SeriesRef[WrittenSamples.Series];
    while (true)
    {
        for (var i = 0; i < series.Length; i++)
        {
            var status = appender.Append(ref series[i], WrittenSamples.Labels(i), WrittenSamples.Time(step), WrittenSamples.Value(i, step));
            // The step after the last one printed may have been committed before the kill.
            if (status is not (AppendStatus.Stored or AppendStatus.Duplicate))
            {
                Console.Error.WriteLine($"step {step}, series {i}: {status}");
                return 1;
            }
        }
        if (appender.Commit() != CommitStatus.Committed)
        {
            Console.Error.WriteLine($"step {step} could not be committed: {store.Status().RefusingBecause}");
            return 1;
        }
        Console.Out.WriteLine(step.ToString(CultureInfo.InvariantCulture));
        Console.Out.Flush();
        step++;
    }
}
