namespace FootballPrediction.Feed;

/// <summary>What was counted over the last weeks.</summary>
/// <param name="Ended">Matches whose result is due.</param>
/// <param name="Known">Those of them whose result is known.</param>
/// <param name="InTime">Those of them whose result came in time.</param>
/// <param name="Messages">Different messages of the feed.</param>
/// <param name="Usable">Those of them that were complete and could be true.</param>
internal readonly record struct QualityCounts(int Ended, int Known, int InTime, int Messages, int Usable);

/// <summary>How good the feed is, each from 0 (useless) to 1 (perfect). Null where there was nothing to judge.</summary>
/// <param name="Completeness">Of the results that are due, the share that is known.</param>
/// <param name="Timeliness">Of the results that are known, the share that came in time.</param>
/// <param name="Validity">Of the messages, the share that was complete and could be true.</param>
internal sealed record DataQuality(double? Completeness, double? Timeliness, double? Validity)
{
    /// <summary>Quality is measured over the last four weeks, which is four rounds.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(28);

    /// <summary>A result is in time when it comes within this long of the final whistle.</summary>
    public static readonly TimeSpan Due = TimeSpan.FromHours(6);

    /// <summary>The mean of the parts that could be judged.</summary>
    public double? Score => new[] { Completeness, Timeliness, Validity }.Average();

    public static DataQuality Of(QualityCounts counts) => new(
        Share(counts.Known, counts.Ended),
        Share(counts.InTime, counts.Known),
        Share(counts.Usable, counts.Messages));

    private static double? Share(int part, int whole) => whole == 0 ? null : (double)part / whole;
}
