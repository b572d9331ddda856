using System.Globalization;
using System.Text;
using Touchline.PromQL;

namespace Touchline.Api;

/// <summary>Notes on a query with the place that they are about, as Prometheus writes it: <c>message (line:column)</c>, columns in bytes from 1.</summary>
internal static class AnnotationText
{
    public static string Of(Annotation annotation, string query)
    {
        var start = annotation.Span.Start;
        if (annotation.Span.End == 0 || start > query.Length)
        {
            return annotation.Message;
        }
        var before = query.AsSpan(0, start);
        var line = 1 + before.Count('\n');
        var column = 1 + Encoding.UTF8.GetByteCount(before[(before.LastIndexOf('\n') + 1)..]);
        return string.Create(CultureInfo.InvariantCulture, $"{annotation.Message} ({line}:{column})");
    }
}
