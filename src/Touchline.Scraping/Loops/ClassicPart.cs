using System.Buffers;
using System.Text;
using Touchline.Model;
using Touchline.Scraping.Exposition;

namespace Touchline.Scraping.Loops;

internal enum ClassicPartKind
{
    Bucket,
    Count,
    Sum,

    /// <summary>No part but a native histogram, beside which the classic series of the same labels may stand.</summary>
    Native,
}

/// <summary>Which part of which classic histogram a series could be, if its family is one.</summary>
/// <param name="Family">The name without the suffix.</param>
/// <param name="NativeText">The text of the series that the histogram becomes: without suffix and bound.</param>
internal sealed record ClassicPart(ClassicPartKind Kind, double Bound, string Family, byte[] NativeText)
{
    private static readonly (string Suffix, ClassicPartKind Kind)[] Suffixes =
        [("_bucket", ClassicPartKind.Bucket), ("_count", ClassicPartKind.Count), ("_sum", ClassicPartKind.Sum)];

    /// <summary>Null where the labels are those of no part.</summary>
    public static ClassicPart? Of(List<Label> labels, bool isNative)
    {
        var name = Value(labels, LabelNames.MetricName);
        if (isNative)
        {
            return new ClassicPart(ClassicPartKind.Native, 0, name, TextOf(name, labels, withoutBound: false));
        }
        foreach (var (suffix, kind) in Suffixes)
        {
            if (!name.EndsWith(suffix, StringComparison.Ordinal))
            {
                continue;
            }
            double bound = 0;
            if (kind == ClassicPartKind.Bucket
                && (!SampleValue.TryParse(Value(labels, LabelNames.BucketBound), out bound) || double.IsNaN(bound)))
            {
                return null;
            }
            var family = name[..^suffix.Length];
            return new ClassicPart(kind, bound, family, TextOf(family, labels, withoutBound: true));
        }
        return null;
    }

    private static string Value(List<Label> labels, string name) => labels.Find(l => l.Name == name).Value ?? "";

    private static byte[] TextOf(string family, List<Label> labels, bool withoutBound)
    {
        var text = new ArrayBufferWriter<byte>();
        text.Write("{\""u8);
        SeriesText.WriteEscaped(text, Encoding.UTF8.GetBytes(family));
        text.Write("\""u8);
        foreach (var (name, value) in labels)
        {
            if (name == LabelNames.MetricName || (withoutBound && name == LabelNames.BucketBound))
            {
                continue;
            }
            text.Write(",\""u8);
            SeriesText.WriteEscaped(text, Encoding.UTF8.GetBytes(name));
            text.Write("\"=\""u8);
            SeriesText.WriteEscaped(text, Encoding.UTF8.GetBytes(value));
            text.Write("\""u8);
        }
        text.Write("}"u8);
        return text.WrittenSpan.ToArray();
    }
}
