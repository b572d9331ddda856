using System.Globalization;
using System.Text;

namespace Touchline.Collectors.Probes;

/// <summary>What a probe did, in lines of logfmt for who debugs it. Bounded. Not thread-safe.</summary>
public sealed class ProbeLog(TimeProvider time)
{
    private const int MostCharacters = 64 * 1024;
    private const int LongestValue = 2_000;

    private readonly StringBuilder _text = new();

    /// <summary>The last message of an error with what belongs to it; empty where there was none.</summary>
    public string LastError { get; private set; } = "";

    public void Info(string message, params ReadOnlySpan<(string Key, object? Value)> fields) => Add("INFO", message, fields);

    public void Error(string message, params ReadOnlySpan<(string Key, object? Value)> fields)
    {
        var details = new StringBuilder(message);
        foreach (var (key, value) in fields)
        {
            details.Append(details.Length == message.Length ? ": " : ", ").Append(key == "err" ? "" : key + " ").Append(Shown(value));
        }
        LastError = details.ToString();
        Add("ERROR", message, fields);
    }

    public override string ToString() => _text.ToString();

    private void Add(string level, string message, ReadOnlySpan<(string Key, object? Value)> fields)
    {
        if (_text.Length > MostCharacters)
        {
            return;
        }
        _text.Append(CultureInfo.InvariantCulture, $"time={time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} level={level} msg={Quoted(message)}");
        foreach (var (key, value) in fields)
        {
            _text.Append(' ').Append(key).Append('=').Append(Quoted(Shown(value)));
        }
        _text.Append('\n');
    }

    private static string Shown(object? value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return text.Length <= LongestValue ? text : string.Concat(text.AsSpan(0, LongestValue), "…");
    }

    private static string Quoted(string text)
    {
        if (text.Length > 0 && !text.AsSpan().ContainsAny(" =\"\\\n\r\t"))
        {
            return text;
        }
        return $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)}\"";
    }
}
