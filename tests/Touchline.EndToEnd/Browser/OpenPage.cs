using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Touchline.EndToEnd.Browser;

/// <summary>A page in a profile of its own, with what its console complained about.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];

    public OpenPage(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.PageError += (_, error) => Complain(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Complain(message.Text);
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Errors of scripts, refused by the content security policy or failed.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (_complaints)
            {
                return [.. _complaints];
            }
        }
    }

    /// <summary>Waits until the page is alive: what was sent first can be read, but not yet be used.</summary>
    public Task ReadyAsync() => Assertions.Expect(Page.Locator(".tl-drawer:not(.tl-drawer-still)")).ToHaveCountAsync(1);

    /// <summary>
    /// Waits until the address contains this text, or ends with it. Playwright's own WaitForURL first looks and then listens, so that a page which
    /// gets there in between is waited for in vain.
    /// </summary>
    public Task AddressAsync(string part, bool atEnd = false) =>
        Assertions.Expect(Page).ToHaveURLAsync(new Regex(Regex.Escape(part) + (atEnd ? "$" : "")));

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Complain(string text)
    {
        lock (_complaints)
        {
            _complaints.Add(text);
        }
    }
}
