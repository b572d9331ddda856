using Touchline.Configuration;
using Touchline.Fetching;

namespace Touchline.Collectors.Middleware;

/// <summary>A password that the configuration holds or names a file of. A file is read at each connection, so that a changed password needs no reload.</summary>
public sealed record MiddlewareCredentials(Secret? Password, string? PasswordFile)
{
    /// <summary>Null where there is none.</summary>
    /// <exception cref="FetchException">The file cannot be read.</exception>
    public string? Read() => SecretFile.Read("password_file", PasswordFile) ?? Password?.Value;
}
