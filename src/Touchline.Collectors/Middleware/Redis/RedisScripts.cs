using System.Globalization;
using System.Text;
using StackExchange.Redis;
using Touchline.Configuration;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>
/// Scripts in Lua that the configuration names, each of which gives names and numbers in turn. They are run by EVAL_RO, which lets none of them change anything, and which
/// Redis has since 7.0. A script is read at each collection, so that a changed one needs no reload.
/// </summary>
internal static class RedisScripts
{
    private const int MaxLength = 64 * 1024;

    private const int MaxValues = 1_000;

    /// <param name="session">The connection.</param>
    /// <param name="paths">Files.</param>
    /// <param name="complain">What is told why a script gave nothing: its path, and the reason.</param>
    public static List<RedisScriptAnswer> Run(RedisSession session, IEnumerable<string> paths, Action<string, string> complain) =>
        [.. paths.Select(path => new RedisScriptAnswer(path, Run(session, path, complain)))];

    private static List<(string Name, double Value)>? Run(RedisSession session, string path, Action<string, string> complain)
    {
        try
        {
            var answer = session.Ask("EVAL_RO", Read(path), 0);
            return [.. RedisReply.Fields(answer).Take(MaxValues).Select(field => (field.Key, double.Parse(RedisReply.Text(field.Value), NumberStyles.Float, CultureInfo.InvariantCulture)))];
        }
        catch (Exception e) when (e is RedisServerException or RedisCommandException or IOException or UnauthorizedAccessException or FormatException)
        {
            complain(path, e.Message);
            return null;
        }
    }

    private static string Read(string path)
    {
        using var file = PlainFile.OpenRead(path);
        var text = new byte[MaxLength + 1];
        var length = file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        return length <= MaxLength ? Encoding.UTF8.GetString(text, 0, length) : throw new IOException($"a script has no more than {MaxLength} bytes");
    }
}
