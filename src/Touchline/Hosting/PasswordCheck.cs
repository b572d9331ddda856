using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Touchline.Configuration;

namespace Touchline.Hosting;

/// <summary>Checks basic authentication against bcrypt hashes. Thread-safe.</summary>
internal sealed class PasswordCheck : IDisposable
{
    /// <summary>A check is slow by design, and a page asks many times: those that passed are remembered, as a digest.</summary>
    private const int Remembered = 100;

    /// <summary>The hash of nobody's password, so that an unknown user takes as long to refuse as a wrong password.</summary>
    private const string NobodysHash = "$2b$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";

    private readonly ConcurrentDictionary<string, bool> _passed = new();

    /// <summary>One check at a time: guessing many passwords at once must not take every core.</summary>
    private readonly SemaphoreSlim _checking = new(1);

    public async Task<bool> IsAllowedAsync(string authorization, IReadOnlyDictionary<string, Secret> users, CancellationToken cancellationToken)
    {
        if (!TryRead(authorization, out var user, out var password))
        {
            return false;
        }
        var known = users.TryGetValue(user, out var hash);
        var wanted = known ? hash!.Value : NobodysHash;
        var digest = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{user}\0{wanted}\0{password}")));
        if (_passed.ContainsKey(digest))
        {
            return true;
        }
        await _checking.WaitAsync(cancellationToken);
        try
        {
            if (!BCrypt.Net.BCrypt.Verify(password, wanted) || !known)
            {
                return false;
            }
        }
        catch (BCrypt.Net.SaltParseException)
        {
            return false;
        }
        finally
        {
            _checking.Release();
        }
        if (_passed.Count >= Remembered)
        {
            _passed.Clear();
        }
        _passed[digest] = true;
        return true;
    }

    public void Dispose() => _checking.Dispose();

    private static bool TryRead(string authorization, out string user, out string password)
    {
        user = password = "";
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header) || !"Basic".Equals(header.Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
        var bytes = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(header.Parameter ?? "", bytes, out var length))
        {
            return false;
        }
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':');
        if (colon < 0)
        {
            return false;
        }
        (user, password) = (text[..colon], text[(colon + 1)..]);
        return true;
    }
}
