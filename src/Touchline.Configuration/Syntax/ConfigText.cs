using System.Text;
using System.Text.Unicode;

namespace Touchline.Configuration.Syntax;

/// <summary>Reads files as text, and text as trees, with every failure said as a finding.</summary>
internal static class ConfigText
{
    /// <summary>No configuration that people write is near this; reading is bounded so that a wrong path cannot exhaust memory.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    public static bool TryRead(string path, Findings findings, out string text)
    {
        text = "";
        byte[] bytes;
        try
        {
            using var stream = PlainFile.OpenRead(path);
            bytes = PlainFile.ReadAtMost(stream, MaxBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            findings.Error(TextPosition.OfFile, $"the file cannot be read: {Reason(e)}");
            return false;
        }
        if (bytes.Length > MaxBytes)
        {
            findings.Error(TextPosition.OfFile, $"the file is larger than {MaxBytes / 1024 / 1024} MiB");
            return false;
        }
        return TryDecode(bytes, findings, out text);
    }

    /// <summary>The root node, null for an empty document; <paramref name="ok"/> is false where the text is no YAML.</summary>
    public static ConfigNode? TryParseYaml(string text, Findings findings, out bool ok)
    {
        ok = true;
        try
        {
            var root = YamlTreeReader.Read(text, out var second);
            if (second is { } at)
            {
                findings.Warning(at, "only the first document of the file is read; what follows this line has no effect");
            }
            return root;
        }
        catch (ConfigSyntaxException e)
        {
            findings.Error(e.At, e.Message);
            ok = false;
            return null;
        }
    }

    /// <summary>Why a file could not be read, in the words that people know from their shell.</summary>
    public static string Reason(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file",
        UnauthorizedAccessException => "permission denied, or it is a folder",
        _ => e.Message,
    };

    private static bool TryDecode(byte[] bytes, Findings findings, out string text)
    {
        ReadOnlySpan<byte> content = bytes;
        if (content.StartsWith(Encoding.UTF8.Preamble))
        {
            content = content[3..];
        }
        if (Utf8.IsValid(content))
        {
            text = Encoding.UTF8.GetString(content);
            return true;
        }
        findings.Error(FirstInvalid(content), "yaml: invalid UTF-8: save the file as UTF-8");
        text = "";
        return false;
    }

    private static TextPosition FirstInvalid(ReadOnlySpan<byte> content)
    {
        var line = 1;
        var column = 1;
        while (Rune.DecodeFromUtf8(content, out var rune, out var length) == System.Buffers.OperationStatus.Done)
        {
            content = content[length..];
            (line, column) = rune.Value == '\n' ? (line + 1, 1) : (line, column + rune.Utf16SequenceLength);
        }
        return new TextPosition(line, column);
    }
}
