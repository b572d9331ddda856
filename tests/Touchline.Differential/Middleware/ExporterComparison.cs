using System.Buffers;
using System.Text;
using Touchline.Collectors;
using Touchline.Differential.Host;

namespace Touchline.Differential.Middleware;

/// <summary>Compares what a collector shows with what the real exporter shows of the same server, which both of them change by asking.</summary>
internal static class ExporterComparison
{
    private const int Rounds = 8;

    /// <summary>What is in neither more than a rounding error in text, nor a change.</summary>
    private const double Rounding = 1e-9;

    /// <summary>Asserts that no difference is there in every round: what the exporter reads between two reads of ours has to lie between them.</summary>
    /// <param name="ours">The collector.</param>
    /// <param name="theirs">Reads the exporter.</param>
    /// <param name="isOwn">Whether a family says something about the exporter and not the server, or is one that we do not have and say so.</param>
    /// <param name="isMomentary">Whether the series and values of a family are about the very moment, so that only that it is there can be compared.</param>
    public static async Task AssertSameAsync(IMetricSource ours, Func<Task<Exposition>> theirs, Predicate<string> isOwn, Predicate<string> isMomentary)
    {
        var differences = new HashSet<string>();
        for (var round = 0; round < Rounds; round++)
        {
            var before = Read(ours);
            var peer = await theirs();
            var after = Read(ours);
            var found = Compare(before, peer, after, isOwn, isMomentary).ToHashSet();
            if (round == 0)
            {
                differences = found;
            }
            else
            {
                differences.RemoveWhere(difference => !found.Any(other => Subject(other) == Subject(difference)));
            }
            if (differences.Count == 0)
            {
                return;
            }
        }
        Assert.Fail(string.Join('\n', differences.Order(StringComparer.Ordinal)));
    }

    public static Exposition Read(IMetricSource source)
    {
        var text = new ArrayBufferWriter<byte>();
        var writer = new TextMetricWriter(text, TextMetricFormat.Prometheus);
        source.Collect(writer, TestContext.Current.CancellationToken);
        writer.Complete();
        return Exposition.Parse(Encoding.UTF8.GetString(text.WrittenSpan));
    }

    private static IEnumerable<string> Compare(Exposition before, Exposition theirs, Exposition after, Predicate<string> isOwn, Predicate<string> isMomentary)
    {
        foreach (var (name, family) in theirs.Families.Where(f => !isOwn(f.Key)))
        {
            if (!after.Families.TryGetValue(name, out var ours))
            {
                yield return $"{name}: missing";
            }
            else if (ours != family)
            {
                yield return $"{name}: {ours} and not {family}";
            }
        }
        foreach (var name in after.Families.Keys.Where(name => !isOwn(name) && !theirs.Families.ContainsKey(name)))
        {
            yield return $"{name}: not theirs";
        }
        foreach (var (series, value) in theirs.Samples.Where(s => !isOwn(Exposition.FamilyOf(s.Key)) && !isMomentary(Exposition.FamilyOf(s.Key))))
        {
            if (!after.Samples.TryGetValue(series, out var last))
            {
                yield return $"{series}: missing";
                continue;
            }
            var first = before.Samples.GetValueOrDefault(series, last);
            var slack = Rounding * Math.Max(Math.Abs(first), Math.Abs(last));
            if (!(double.IsNaN(value) && double.IsNaN(last)) && !(value >= Math.Min(first, last) - slack && value <= Math.Max(first, last) + slack))
            {
                yield return $"{series}: {first} and {last} around {value}";
            }
        }
        foreach (var series in after.Samples.Keys.Where(s => !isOwn(Exposition.FamilyOf(s)) && !isMomentary(Exposition.FamilyOf(s)) && !theirs.Samples.ContainsKey(s)))
        {
            yield return $"{series}: not theirs";
        }
    }

    private static string Subject(string difference) => difference[..difference.LastIndexOf(':')];
}
