using System.Diagnostics;

namespace Touchline.Tsdb.CrashWriter;

/// <summary>Kills the writer again and again, at every kind of moment, and after each kill holds what is on disk against what was promised.</summary>
public sealed class Campaign
{
    private readonly string _work = Directory.CreateTempSubdirectory("touchline-campaign-").FullName;
    private readonly CampaignResult _result = new();
    private readonly Promise _promise = new();
    private readonly Random _random;
    private readonly string _directory;
    private readonly string _copy;

    private Campaign(int seed)
    {
        _random = new Random(seed);
        _directory = Path.Combine(_work, "data");
        _copy = Path.Combine(_work, "copy");
    }

    /// <summary>How the rounds ended.</summary>
    /// <exception cref="FaultFoundException">A promise was not kept; the message has the round, and the data directory is left in place.</exception>
    public static CampaignResult Run(int rounds, int seed, Action<string> progress)
    {
        var campaign = new Campaign(seed);
        var clock = Stopwatch.StartNew();
        for (var round = 0; round < rounds; round++)
        {
            var moment = KillMoment.All[round % KillMoment.All.Length];
            try
            {
                campaign.RunRound(moment, round);
            }
            catch (FaultFoundException e)
            {
                throw new FaultFoundException(
                    $"round {round} with seed {seed}, killed {moment.Name}: {e.Message} (see {campaign._directory} and {campaign._copy})");
            }
            if (round % 10 == 9)
            {
                var left = clock.Elapsed / (round + 1) * (rounds - round - 1);
                progress($"{round + 1} of {rounds} rounds, {campaign._promise.LastStep + 1} steps, {clock.Elapsed.TotalSeconds:F0} s, {left.TotalSeconds:F0} s to go");
            }
        }
        campaign._result.Steps = campaign._promise.LastStep + 1;
        campaign._result.Elapsed = clock.Elapsed;
        Directory.Delete(campaign._work, recursive: true);
        return campaign._result;
    }

    private void RunRound(KillMoment moment, int round)
    {
        Directory.CreateDirectory(_directory);
        using var writer = new WriterProcess(_directory, _promise.LastStep + 1, _random.Next());
        writer.WaitForFirst();
        var came = moment.WaitFor(writer, _directory, _random);
        if (writer.HasExited)
        {
            throw new FaultFoundException("the writer ended by itself: " + writer.Error.Result);
        }
        writer.Kill();
        _result.CountKill(came ? moment.Name : "after two seconds, because the moment did not come");
        _result.CountLeft(_directory);

        // What is on disk as the power loss left it, looked at in a copy.
        var earlier = new Promise { LastStep = _promise.LastStep };
        earlier.Deleted.AddRange(_promise.Deleted);
        earlier.Undecided.AddRange(_promise.Undecided);
        _promise.Add(writer);
        new SnapshotCheck(Path.Combine(_directory, "snapshots"), writer, earlier, _promise, _result).Run();
        Copy(_directory, _copy);
        if (PowerLoss.Strike(_copy, writer, _random))
        {
            var lost = new Promise
            {
                LastStep = Math.Max(earlier.LastStep, writer.Durable!.Value.Step),
                NewestPossible = _promise.NewestPossible,
                BatchesAreWhole = !PowerLoss.TakesTooMuch(_directory, writer),
            };
            // The newest deletions may lie behind the place where the power was lost, forced to disk as they are.
            var behind = writer.Deleted.Skip(writer.DurablyDeleted).ToHashSet();
            lost.Deleted.AddRange(_promise.Deleted.Where(stretch => !behind.Contains(stretch)));
            lost.Undecided.AddRange(_promise.Undecided.Concat(behind));
            _result.CountSamples(DirectoryCheck.Run(_copy, lost));
            _result.PowerLosses++;
            Copy(_directory, _copy);
        }
        // In every third round the next writer finds what the check has closed in good order; otherwise what the kill left.
        _result.CountSamples(DirectoryCheck.Run(round % 3 == 0 ? _directory : _copy, _promise, seals: round % 2 == 0));
    }

    private static void Copy(string from, string to)
    {
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }
        foreach (var folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        }
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }
}
