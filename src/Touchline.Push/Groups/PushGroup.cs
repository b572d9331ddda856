using Touchline.Model;
using Touchline.Scraping.Families;

namespace Touchline.Push.Groups;

/// <summary>What was pushed under one key, as it is now. Immutable: a push makes another one of it.</summary>
public sealed record PushGroup(GroupingKey Key, IReadOnlyDictionary<string, PushedFamily> Families)
{
    public const string PushTime = "push_time_seconds";
    public const string FailureTime = "push_failure_time_seconds";

    private const string PushTimeHelp = "Last Unix time when changing this group in the Pushgateway succeeded.";
    private const string FailureTimeHelp = "Last Unix time when changing this group in the Pushgateway failed.";

    public int SeriesCount { get; } = Families.Values.Sum(pushed => pushed.Family.SeriesCount);

    /// <summary>Characters of its labels and helps, and what native buckets take as if it were characters.</summary>
    public long TextLength { get; } = Families.Values.Sum(pushed =>
        pushed.Family.Name.Length + (pushed.Family.Help?.Length ?? 0) + pushed.Family.Metrics.Sum(TextLengthOf));

    private static long TextLengthOf(FamilyMetric metric)
    {
        const int BytesOfSampleSize = 16;
        return metric.Labels.Sum(label => (long)label.Name.Length + label.Value.Length) + (metric.Native?.SampleSize ?? 0) * (long)(BytesOfSampleSize / sizeof(char));
    }

    public static PushGroup Empty(GroupingKey key) => new(key, new Dictionary<string, PushedFamily>(StringComparer.Ordinal));

    /// <summary>Whether the last push was taken.</summary>
    public bool LastPushSucceeded => Seconds(PushTime) > Seconds(FailureTime);

    /// <summary>The group after a push that was taken.</summary>
    /// <param name="families">With the labels of the key.</param>
    /// <param name="replace">Whether all that was there before goes, rather than families of the same name.</param>
    /// <param name="now">When it came.</param>
    public PushGroup With(IEnumerable<MetricFamily> families, bool replace, DateTimeOffset now)
    {
        var next = new Dictionary<string, PushedFamily>(StringComparer.Ordinal);
        foreach (var (name, pushed) in Families)
        {
            if (!replace || name is PushTime or FailureTime)
            {
                next[name] = pushed;
            }
        }
        foreach (var family in families)
        {
            next[family.Name] = new PushedFamily(family, now);
        }
        next[PushTime] = Moment(PushTime, PushTimeHelp, now, now);
        if (Families.TryGetValue(FailureTime, out var failure))
        {
            next[FailureTime] = failure;
        }
        else
        {
            next[FailureTime] = Moment(FailureTime, FailureTimeHelp, null, now);
        }
        return new PushGroup(Key, next);
    }

    /// <summary>The group after a push that was refused.</summary>
    public PushGroup WithFailure(DateTimeOffset now)
    {
        var next = new Dictionary<string, PushedFamily>(Families, StringComparer.Ordinal) { [FailureTime] = Moment(FailureTime, FailureTimeHelp, now, now) };
        next.TryAdd(PushTime, Moment(PushTime, PushTimeHelp, null, now));
        return new PushGroup(Key, next);
    }

    /// <summary>Gives a metric the labels of the key, and an instance where nobody says one: empty, so that a scrape adds none.</summary>
    public static void Complete(FamilyMetric metric, GroupingKey key)
    {
        foreach (var label in key.Labels)
        {
            metric.SetLabel(label.Name, label.Value);
        }
        if (!metric.Labels.Exists(label => label.Name == LabelNames.Instance))
        {
            metric.SetLabel(LabelNames.Instance, "");
        }
    }

    private PushedFamily Moment(string name, string help, DateTimeOffset? moment, DateTimeOffset now)
    {
        var metric = new FamilyMetric { Value = moment is { } at ? (at - DateTimeOffset.UnixEpoch).TotalSeconds : 0 };
        Complete(metric, Key);
        var family = new MetricFamily(name) { Help = help, Type = MetricType.Gauge };
        family.Metrics.Add(metric);
        return new PushedFamily(family, now);
    }

    private double Seconds(string name) => Families.TryGetValue(name, out var pushed) && pushed.Family.Metrics is [var metric, ..] ? metric.Value : 0;
}
