using System.Buffers;
using System.Text;

namespace Touchline.Collectors.Tests.Host;

/// <summary>What a source says, as text.</summary>
internal static class ExpositionText
{
    public static string Of(IMetricSource source)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new TextMetricWriter(buffer, TextMetricFormat.Prometheus);
        source.Collect(writer, CancellationToken.None);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The lines of samples only, those that start with a prefix.</summary>
    public static IReadOnlyList<string> Samples(IMetricSource source, string prefix) =>
        [.. Of(source).Split('\n').Where(line => line.StartsWith(prefix, StringComparison.Ordinal))];
}
