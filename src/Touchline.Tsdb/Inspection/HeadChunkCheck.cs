using Touchline.Storage;

namespace Touchline.Tsdb.Inspection;

/// <summary>Compares the samples of a chunk of the head with what is said of it.</summary>
internal static class HeadChunkCheck
{
    /// <summary>What is wrong; null where nothing is.</summary>
    public static string? ProblemOf(SampleColumns rows, long minTime, long maxTime, int count)
    {
        var times = rows.Timestamps;
        if (times.Length != count || count == 0 || times[0] != minTime || times[^1] != maxTime)
        {
            return "a chunk holds other samples than its header says";
        }
        for (var i = 1; i < times.Length; i++)
        {
            if (times[i] <= times[i - 1])
            {
                return "the times of a chunk do not ascend";
            }
        }
        return null;
    }
}
