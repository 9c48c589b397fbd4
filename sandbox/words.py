"""The vocabulary of the catalogue: names, places, poses, languages."""

from __future__ import annotations

WOMEN = tuple(
    """Abigail Adriana Aiko Alessandra Amara Amelia Anika Annelore Aria Astrid Aubrey Beatriz Bianca
    Brandy Bryony Camila Carlotta Caroline Cecily Chloe Claudia Daisy Daphne Deepa Delilah Diora
    Edith Eileen Elenora Elsa Emery Esmeralda Eva Fatima Felicity Fiona Freya Gala Georgia Ginevra
    Greta Hada Hana Harriet Helena Imelda Ingrid Irena Isolde Ivana Jana Jasmine Jocelyn Judith
    Juliana Kaia Karma Katya Kavita Kira Lalita Leila Leonor Lina Lotte Lucia Luna Mabel Maren
    Marisol Matilda Mei Mila Minna Miyu Nadia Naomi Neha Nina Noelle Noor Odile Olenka Ophelia
    Paloma Penelope Petra Priya Quinn Rasmika Rebecca Renata Rosalind Ruth Sabine Saskia Selma
    Shanti Sigrid Silvia Sofia Sonja Suki Talia Tamsin Teodora Thea Tilda Ulrika Uma Valentina
    Vanessa Vera Violante Wanda Wilhelmina Xenia Yara Yolanda Yuki Zara Zelda Zuri""".split()  # noqa: SIM905 - 130 quoted names would hide the words
)
MEN = tuple(
    """Aarav Adam Aditya Albert Alejandro Amir Anders Andrei Anthony Armando Artem Bastien Benicio
    Bertrand Bjorn Blake Bojan Brandon Bruno Caleb Carlos Cedric Chad Conrad Cyrus Damian Dante
    Darius Desmond Diego Dieter Dmitri Edmund Eduardo Elias Emeka Enzo Erik Esteban Ezra Fabian
    Felix Finn Florian Francois Gael Garrison Gerardo Gideon Giulio Gustav Hamza Harald Haruto
    Hector Henrik Hugo Idris Igor Ismael Ivo Jabari Jaromir Javier Jinwoo Joaquin Jonas Jorge
    Julius Kaito Karim Kenji Klaus Kofi Lars Leandro Leszek Lorenzo Luca Magnus Malik Marek
    Masaki Mateo Maxim Milan Mirko Mohan Nestor Nikolai Noah Octavio Olaf Omar Orson Oskar Pablo
    Pascal Pedro Pierre Rahul Ramon Raul Rasheed Remy Rico Roland Ruben Rufus Sami Santiago
    Sergei Silas Soren Stefan Sven Tariq Theo Tobias Tomas Tyler Umberto Vadim Viktor Walter
    Wilfred Xavier Yannick Yosef Yuri Zane Zoltan""".split()  # noqa: SIM905 - as above
)
PLACES = (
    "Office", "Sofa", "Lobby", "Kitchen", "Studio", "Garden", "Library", "Classroom", "Clinic",
    "Gym", "Cafe", "Rooftop", "Workshop", "Newsroom", "Boardroom", "Living Room",
)  # fmt: skip
POSES = ("Front", "Side", "Standing Front", "Sitting Side", "Upper Body", "Walking")
TAGS = ("NEW", "POPULAR", "BUSINESS", "LIFESTYLE", "UGC", "PROFESSIONAL", "COMMUNITY")
MOODS = (
    "Chill", "Warm", "Bright", "Calm", "Deep", "Cheerful", "Crisp", "Friendly", "Gentle", "Lively",
    "Mellow", "Narrator", "Relaxed", "Serious", "Smooth", "Soft", "Steady", "Upbeat",
)  # fmt: skip
LANGUAGES = (
    ("English", "en-US", 320), ("Spanish", "es-ES", 80), ("French", "fr-FR", 60),
    ("German", "de-DE", 60), ("Portuguese", "pt-BR", 50), ("Italian", "it-IT", 40),
    ("Chinese", "zh-CN", 40), ("Japanese", "ja-JP", 40), ("Korean", "ko-KR", 30),
    ("Hindi", "hi-IN", 40), ("Arabic", "ar-SA", 40), ("Dutch", "nl-NL", 25),
    ("Polish", "pl-PL", 25), ("Turkish", "tr-TR", 25), ("Russian", "ru-RU", 20),
    ("Swedish", "sv-SE", 20), ("Danish", "da-DK", 15), ("Norwegian", "nb-NO", 15),
    ("Finnish", "fi-FI", 15), ("Czech", "cs-CZ", 15), ("Slovak", "sk-SK", 10),
    ("Romanian", "ro-RO", 10), ("Hungarian", "hu-HU", 10), ("Greek", "el-GR", 10),
    ("Ukrainian", "uk-UA", 10), ("Bulgarian", "bg-BG", 10), ("Croatian", "hr-HR", 10),
    ("Hebrew", "he-IL", 10), ("Thai", "th-TH", 10), ("Vietnamese", "vi-VN", 10),
    ("Indonesian", "id-ID", 15), ("Malay", "ms-MY", 10), ("Filipino", "fil-PH", 10),
    ("Tamil", "ta-IN", 10), ("Bengali", "bn-BD", 10), ("Swahili", "sw-KE", 10),
    ("Catalan", "ca-ES", 5), ("Multilingual", None, 60),
)  # fmt: skip
TEMPLATES = (
    "Training Template", "Product Launch", "Welcome Aboard", "Weekly Update", "Real Estate Tour",
    "Sales Outreach", "How-To Guide", "Company News", "Customer Story", "Event Invitation",
    "Course Introduction", "Safety Briefing", "Job Opening", "Quarterly Results", "App Demo",
    "Travel Offer", "Recipe of the Day", "Book Review", "Thank You Note", "Holiday Greeting",
    "Podcast Teaser", "Release Notes", "Team Introduction", "Webinar Recap", "Social Short",
)  # fmt: skip
EVENTS = (
    *(
        f"{name}.{outcome}"
        for name in (
            "avatar_video", "avatar_video_gif", "avatar_video_caption", "video_translate",
            "instant_avatar", "photo_avatar_generation", "photo_avatar_train",
            "photo_avatar_add_motion", "proofread_creation", "live_avatar", "video_agent",
            "hyperframes_video", "ai_clipping",
        )
        for outcome in ("success", "fail")
    ),
    "video_translate.preflight.validation_failed",
    "video_translate.preflight.download_failed",
    "personalized_video",
    "batch.finished",
)  # fmt: skip
