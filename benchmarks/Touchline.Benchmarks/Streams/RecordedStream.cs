namespace Touchline.Benchmarks.Streams;

/// <summary>
/// A recording re-timed to a scrape every 15 s, as several machines: each is the same recording from a later scrape on.
/// </summary>
internal sealed class RecordedStream : WriteStream
{
    private const int Machines = 8;
    private const int ScrapesBetweenMachines = 100;

    private readonly Recording _recording;
    private readonly byte[][] _labels;

    public RecordedStream(Recording recording, int steps, long startMs)
        : base(Machines, Math.Min(steps, Recording.Scrapes - (Machines - 1) * ScrapesBetweenMachines), startMs)
    {
        _recording = recording;
        _labels = [.. Enumerable.Range(0, Machines).SelectMany(machine => recording.Series.Select(series => Encode(series, machine)))];
    }

    public override string Description =>
        $"recorded from node_exporter: {Series:N0} series of {Targets} targets × {Steps:N0} steps of 15 s";

    public override int Series => _labels.Length;

    public override int TargetOf(int series) => series / _recording.Series.Count;

    public override ReadOnlySpan<byte> EncodedLabels(int series) => _labels[series];

    public override long Time(int target, int step) =>
        base.Time(target, step) + _recording.LateMs[step + target * ScrapesBetweenMachines];

    public override void NextValues(int step, Span<double> into)
    {
        for (var machine = 0; machine < Machines; machine++)
        {
            _recording.Values[step + machine * ScrapesBetweenMachines].CopyTo(into[(machine * _recording.Series.Count)..]);
        }
    }

    /// <summary>Name, labels as exposed, and those that a scrape adds.</summary>
    private static byte[] Encode(string series, int machine)
    {
        var labels = new List<(string, string)> { ("instance", $"10.2.0.{machine}:9100"), ("job", "node") };
        var brace = series.IndexOf('{', StringComparison.Ordinal);
        labels.Add(("__name__", brace < 0 ? series : series[..brace]));
        for (var at = brace + 1; brace >= 0 && series[at] != '}';)
        {
            var equals = series.IndexOf('=', at);
            var end = equals + 2;
            while (series[end] != '"')
            {
                end += series[end] == '\\' ? 2 : 1;
            }
            var value = series[(equals + 2)..end].Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
            labels.Add((series[at..equals], value));
            at = series[end + 1] == ',' ? end + 2 : end + 1;
        }
        return LabelEncoding.Encode(labels.Where(label => label.Item2.Length > 0));
    }
}
