using System.Diagnostics;

namespace Touchline.Tsdb.CrashWriter;

/// <summary>Kills the writer again and again, at every kind of moment, and after each kill holds what is on disk against what was promised.</summary>
public static class Campaign
{
    /// <summary>How the rounds ended.</summary>
    /// <exception cref="FaultFoundException">A promise was not kept; the message has the round, and the data directory is left in place.</exception>
    public static CampaignResult Run(int rounds, int seed, Action<string> progress)
    {
        var work = Directory.CreateTempSubdirectory("touchline-campaign-").FullName;
        var (directory, copy) = (Path.Combine(work, "data"), Path.Combine(work, "copy"));
        var result = new CampaignResult();
        var promise = new Promise();
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        for (var round = 0; round < rounds; round++)
        {
            var moment = KillMoment.All[round % KillMoment.All.Length];
            try
            {
                RunRound(moment, round, random, directory, copy, promise, result);
            }
            catch (FaultFoundException e)
            {
                throw new FaultFoundException($"round {round} with seed {seed}, killed {moment.Name}: {e.Message} (see {directory} and {copy})");
            }
            if (round % 25 == 24)
            {
                progress($"{round + 1} rounds, {promise.LastStep + 1} steps, {clock.Elapsed.TotalSeconds:F0} s");
            }
        }
        result.Steps = promise.LastStep + 1;
        result.Elapsed = clock.Elapsed;
        Directory.Delete(work, recursive: true);
        return result;
    }

    private static void RunRound(
        KillMoment moment, int round, Random random, string directory, string copy, Promise promise, CampaignResult result)
    {
        Directory.CreateDirectory(directory);
        using var writer = new WriterProcess(directory, promise.LastStep + 1, random.Next());
        writer.WaitForFirst();
        var came = moment.WaitFor(writer, directory, random);
        if (writer.HasExited)
        {
            throw new FaultFoundException("the writer ended by itself: " + writer.Error.Result);
        }
        writer.Kill();
        result.Count(came ? moment.Name : "after two seconds, because the moment did not come");

        // What is on disk as the power loss left it, looked at in a copy.
        var earlier = promise.LastStep;
        promise.Add(writer);
        Copy(directory, copy);
        if (PowerLoss.Strike(copy, writer, random))
        {
            var lost = new Promise { LastStep = Math.Max(earlier, writer.Durable!.Value.Step), NewestPossible = promise.NewestPossible };
            // The newest deletions may lie behind the place where the power was lost, forced to disk as they are.
            var behind = writer.Deleted.Skip(writer.DurablyDeleted).ToHashSet();
            lost.Deleted.AddRange(promise.Deleted.Where(stretch => !behind.Contains(stretch)));
            lost.Undecided.AddRange(promise.Undecided.Concat(behind));
            DirectoryCheck.Run(copy, lost);
            result.Count("and then power was lost");
            Copy(directory, copy);
        }
        // In every third round the next writer finds what the check has closed in good order; otherwise what the kill left.
        DirectoryCheck.Run(round % 3 == 0 ? directory : copy, promise);
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
