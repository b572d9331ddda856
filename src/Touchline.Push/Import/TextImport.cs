using Touchline.Model;
using Touchline.Scraping.Exposition;
using Touchline.Storage;

namespace Touchline.Push.Import;

/// <summary>
/// Stores samples in the Prometheus text format, line by line: what is good in a body is stored although other lines are not, as VictoriaMetrics
/// does it. Thread-safe.
/// </summary>
public sealed class TextImport(IMetricAppendable store)
{
    /// <summary>Errors that an answer names.</summary>
    private const int MostErrors = 20;

    private long _stored;
    private long _refused;

    public long Stored => Interlocked.Read(ref _stored);

    public long Refused => Interlocked.Read(ref _refused);

    /// <param name="body">The text, decompressed.</param>
    /// <param name="extraLabels">Labels that every series gets, in place of its own of the same name; an empty one takes it away.</param>
    /// <param name="timestampMs">For samples that have no time of their own, ms since the Unix epoch.</param>
    public ImportResult Import(ReadOnlySpan<byte> body, IReadOnlyList<Label> extraLabels, long timestampMs)
    {
        using var appender = store.OpenAppender();
        var run = new Run(appender, extraLabels, timestampMs);
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)'\n');
            run.Line((end < 0 ? body : body[..end]).TrimEnd((byte)'\r'));
            body = end < 0 ? [] : body[(end + 1)..];
        }
        if (run.IsUnavailable || appender.Commit() != CommitStatus.Committed)
        {
            return new ImportResult(0, 0, [], IsUnavailable: true);
        }
        Interlocked.Add(ref _stored, run.Stored);
        Interlocked.Add(ref _refused, run.Refused);
        return new ImportResult(run.Stored, run.Refused, run.Errors, IsUnavailable: false);
    }

    private sealed class Run(IAppender appender, IReadOnlyList<Label> extraLabels, long timestampMs)
    {
        private readonly StringPool _pool = new();
        private readonly List<Label> _labels = [];
        private readonly LabelsBuilder _builder = new();
        private readonly Dictionary<string, MetricMetadata> _metadata = new(StringComparer.Ordinal);
        private int _line;

        public int Stored { get; private set; }

        public int Refused { get; private set; }

        public List<string> Errors { get; } = [];

        public bool IsUnavailable { get; private set; }

        public void Line(ReadOnlySpan<byte> line)
        {
            _line++;
            var reader = new PrometheusTextReader(line);
            switch (reader.Next([]))
            {
                case ExpositionEntry.Series when !SeriesText.TryDecode(reader.Series, _pool, _labels, out var error):
                    Refuse(error);
                    break;
                case ExpositionEntry.Series:
                    Store(reader.Value, reader.HasTimestamp ? reader.TimestampMs : timestampMs);
                    break;
                case ExpositionEntry.Type:
                    var typed = SeriesText.Unescape(reader.MetadataName);
                    Describe(typed, MetadataOf(typed) with { Type = reader.MetadataType });
                    break;
                case ExpositionEntry.Help:
                    var described = SeriesText.Unescape(reader.MetadataName);
                    Describe(described, MetadataOf(described) with { Help = SeriesText.Unescape(reader.MetadataText) });
                    break;
                case ExpositionEntry.Error when !line.TrimStart(" \t"u8).StartsWith("#"u8):
                    // The reader knows only this line and so calls it the first.
                    Refuse(reader.Error.StartsWith("line 1: ", StringComparison.Ordinal) ? reader.Error[8..] : reader.Error);
                    break;
            }
        }

        private MetricMetadata MetadataOf(string name) => _metadata.GetValueOrDefault(name) ?? new MetricMetadata(MetricType.Unknown, "", "");

        private void Describe(string name, MetricMetadata metadata)
        {
            _metadata[name] = metadata;
            appender.SetMetadata(name, metadata);
        }

        private void Store(double value, long timeMs)
        {
            _builder.Reset(Labels.Empty);
            foreach (var label in _labels)
            {
                _builder.Set(label.Name, label.Value);
            }
            foreach (var label in extraLabels)
            {
                _builder.Set(label.Name, label.Value);
            }
            SeriesRef series = default;
            var status = appender.Append(ref series, _builder.ToLabels(), timeMs, value);
            switch (status)
            {
                case AppendStatus.Stored or AppendStatus.Duplicate:
                    Stored++;
                    break;
                case AppendStatus.StorageUnavailable:
                    IsUnavailable = true;
                    break;
                default:
                    Refuse(ReasonOf(status));
                    break;
            }
        }

        private void Refuse(string reason)
        {
            Refused++;
            if (Errors.Count < MostErrors)
            {
                Errors.Add($"line {_line}: {reason}");
            }
        }

        private static string ReasonOf(AppendStatus status) => status switch
        {
            AppendStatus.SeriesLimit => "a budget of series is used up",
            AppendStatus.DuplicateTimestamp => "the series has another value at this time",
            AppendStatus.OutOfOrder => "the series has later samples",
            AppendStatus.TooOld => "the sample is older than what is kept",
            AppendStatus.TooFarInFuture => "the sample is too far ahead of the clock",
            AppendStatus.InvalidLabels => "the labels are not valid",
            _ => "the store refuses it",
        };
    }
}
