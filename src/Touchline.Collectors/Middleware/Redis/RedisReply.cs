using StackExchange.Redis;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>Reads answers whose shape depends on the protocol's version: what is a map in the third is a list of names and values in the second.</summary>
internal static class RedisReply
{
    public static RedisResult[] List(RedisResult? answer) => answer is { IsNull: false } && answer.Length >= 0 ? (RedisResult[]?)answer ?? [] : [];

    public static Dictionary<string, RedisResult> Fields(RedisResult? answer)
    {
        var fields = new Dictionary<string, RedisResult>(StringComparer.Ordinal);
        var flat = List(answer);
        for (var i = 0; i + 1 < flat.Length; i += 2)
        {
            fields[Text(flat[i])] = flat[i + 1];
        }
        return fields;
    }

    /// <summary>Empty for what is no single text. In the third version a text may begin with its format, <c>txt:</c>, which is no part of it.</summary>
    public static string Text(RedisResult? answer)
    {
        const int FormatLength = 4;
        if (answer is null || answer.IsNull || answer.Length >= 0)
        {
            return "";
        }
        var hasFormat = answer.Resp3Type == ResultType.VerbatimString;
        var text = (string?)answer ?? "";
        return hasFormat && text.Length >= FormatLength && text[FormatLength - 1] == ':' ? text[FormatLength..] : text;
    }

    public static bool TryNumber(RedisResult? answer, out double number) =>
        double.TryParse(Text(answer), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out number);
}
