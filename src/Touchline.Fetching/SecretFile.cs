using Touchline.Configuration;

namespace Touchline.Fetching;

/// <summary>Secrets in files, read at each use so that a rotated one needs no reload.</summary>
public static class SecretFile
{
    /// <summary>The trimmed content, null where no file is named.</summary>
    /// <exception cref="FetchException">The file cannot be read; the message names it, never what it holds.</exception>
    public static string? Read(string key, string? path)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }
        try
        {
            return PlainFile.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FetchException($"unable to read {key} {path}: {e.Message}", e);
        }
    }
}
