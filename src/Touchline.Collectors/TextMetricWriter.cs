using System.Buffers;
using System.Globalization;
using System.Text;
using Touchline.Model;

namespace Touchline.Collectors;

/// <summary>The two text expositions of metrics.</summary>
public enum TextMetricFormat
{
    /// <summary>Prometheus text format 0.0.4.</summary>
    Prometheus,

    /// <summary>OpenMetrics 1.0, which names counters without <c>_total</c> and ends with a line that says so.</summary>
    OpenMetrics,
}

/// <summary>
/// Writes metrics as text. A family without samples is left out. The caller owns the buffer and calls <see cref="Complete"/> at the
/// end. Not thread-safe.
/// </summary>
public sealed class TextMetricWriter(IBufferWriter<byte> output, TextMetricFormat format) : IMetricWriter
{
    private const string TotalSuffix = "_total";

    private string _name = "";
    private string _help = "";
    private MetricType _type;
    private bool _isDescribed = true;

    /// <summary>The value of the Content-Type header.</summary>
    public static string ContentType(TextMetricFormat format) => format == TextMetricFormat.OpenMetrics
        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    public void Family(string name, MetricType type, string help)
    {
        (_name, _type, _help) = (name, type, help);
        _isDescribed = false;
    }

    public void Sample(double value, params ReadOnlySpan<string> labelNamesAndValues) => SuffixedSample("", value, labelNamesAndValues);

    public void SuffixedSample(string suffix, double value, params ReadOnlySpan<string> labelNamesAndValues)
    {
        if (!_isDescribed)
        {
            Describe();
            _isDescribed = true;
        }
        Write(_name);
        Write(suffix);
        if (suffix.Length == 0 && format == TextMetricFormat.OpenMetrics && _type == MetricType.Counter
            && !_name.EndsWith(TotalSuffix, StringComparison.Ordinal))
        {
            Write(TotalSuffix);
        }
        for (var i = 0; i + 1 < labelNamesAndValues.Length; i += 2)
        {
            Write(i == 0 ? "{" : ",");
            Write(labelNamesAndValues[i]);
            Write("=\"");
            WriteEscaped(labelNamesAndValues[i + 1], quotes: true);
            Write("\"");
        }
        Write(labelNamesAndValues.Length > 1 ? "} " : " ");
        WriteValue(value);
        Write("\n");
    }

    /// <summary>Ends the exposition.</summary>
    public void Complete()
    {
        if (format == TextMetricFormat.OpenMetrics)
        {
            Write("# EOF\n");
        }
    }

    private void Describe()
    {
        var name = format == TextMetricFormat.OpenMetrics && _type == MetricType.Counter && _name.EndsWith(TotalSuffix, StringComparison.Ordinal)
            ? _name[..^TotalSuffix.Length]
            : _name;
        if (_help.Length > 0)
        {
            Write("# HELP ");
            Write(name);
            Write(" ");
            WriteEscaped(_help, quotes: format == TextMetricFormat.OpenMetrics);
            Write("\n");
        }
        Write("# TYPE ");
        Write(name);
        Write(" ");
        Write(TypeName());
        Write("\n");
    }

    private string TypeName() => (_type, format) switch
    {
        (MetricType.Counter, _) => "counter",
        (MetricType.Gauge, _) => "gauge",
        (MetricType.Histogram, _) => "histogram",
        (MetricType.Summary, _) => "summary",
        (MetricType.GaugeHistogram, TextMetricFormat.OpenMetrics) => "gaugehistogram",
        (MetricType.Info, TextMetricFormat.OpenMetrics) => "info",
        (MetricType.StateSet, TextMetricFormat.OpenMetrics) => "stateset",
        (MetricType.Info or MetricType.StateSet, _) => "gauge",
        (_, TextMetricFormat.OpenMetrics) => "unknown",
        _ => "untyped",
    };

    private void WriteValue(double value)
    {
        if (double.IsNaN(value))
        {
            Write("NaN");
            return;
        }
        if (double.IsInfinity(value))
        {
            Write(value > 0 ? "+Inf" : "-Inf");
            return;
        }
        // The shortest digits of any double take 24 bytes.
        var span = output.GetSpan(32);
        value.TryFormat(span, out var written, "R", CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    private void WriteEscaped(string text, bool quotes)
    {
        while (true)
        {
            var at = text.AsSpan().IndexOfAny('\\', '\n', quotes ? '"' : '\n');
            if (at < 0)
            {
                Write(text);
                return;
            }
            Write(text[..at]);
            Write(text[at] switch { '\n' => "\\n", '"' => "\\\"", _ => "\\\\" });
            text = text[(at + 1)..];
        }
    }

    private void Write(string text)
    {
        var span = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        output.Advance(Encoding.UTF8.GetBytes(text, span));
    }
}
