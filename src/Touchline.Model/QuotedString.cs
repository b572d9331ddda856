using System.Buffers;
using System.Globalization;
using System.Text;

namespace Touchline.Model;

/// <summary>
/// Writes strings in double quotes as Go's <c>strconv.Quote</c> does, which is what Prometheus prints. Only U+FFFD is escaped here, because
/// PromQL refuses to read it back.
/// </summary>
public static class QuotedString
{
    public static string Of(string value)
    {
        var text = new StringBuilder(value.Length + 2);
        Append(text, value);
        return text.ToString();
    }

    public static void Append(StringBuilder text, string value)
    {
        text.Append('"');
        for (var i = 0; i < value.Length;)
        {
            if (Rune.DecodeFromUtf16(value.AsSpan(i), out var rune, out var length) != OperationStatus.Done && value[i] is >= '\udc80' and <= '\udcff')
            {
                // How a byte that is no UTF-8 is carried in a string.
                text.Append(CultureInfo.InvariantCulture, $"\\x{value[i] & 0xff:x2}");
                i++;
                continue;
            }
            i += length;
            switch (rune.Value)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\a': text.Append("\\a"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case '\v': text.Append("\\v"); break;
                case 0xfffd: text.Append("\\ufffd"); break;
                case < 0x20 or 0x7f: text.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"); break;
                case < 0x7f: text.Append((char)rune.Value); break;
                default:
                    if (IsPrintable(rune))
                    {
                        text.Append(rune.ToString());
                    }
                    else if (rune.Value <= 0xffff)
                    {
                        text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
                    }
                    else
                    {
                        text.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
                    }
                    break;
            }
        }
        text.Append('"');
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator => false,
        _ => true,
    };
}
